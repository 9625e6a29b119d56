"""Small pictures of a project's images, kept in `thumbnails.db`: a cache that may be deleted at any time."""

import threading
from collections.abc import Iterable
from typing import Self

import numpy as np
import simplejpeg
from PIL import Image as Pillow

from studio.imaging.cache import open_cache
from studio.imaging.image import Image
from studio.imaging.normalize import eight_bits, own_range
from studio.imaging.read import read_item
from studio.project import Project
from studio.project.items import Item

SIDE = 160
QUALITY = 80

_TABLE = (
    "CREATE TABLE IF NOT EXISTS thumbnail (picture TEXT PRIMARY KEY, jpeg BLOB NOT NULL) WITHOUT ROWID;"
    "PRAGMA secure_delete = ON;"  # of what is masked nothing stays
)


def thumbnail(image: Image) -> bytes:
    """A JPEG of at most `SIDE` px; deep images show their own range of brightness."""
    picture = eight_bits(image, None if image.pixels.dtype == np.uint8 else own_range(image))
    scale = min(1, SIDE / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    pixels = np.asarray(picture.resize((width, height), Pillow.Resampling.BOX)).reshape(height, width, -1)
    color, subsampling = ("GRAY", "Gray") if picture.mode == "L" else ("RGB", "420")
    return simplejpeg.encode_jpeg(pixels, QUALITY, color, subsampling)


class Thumbnails:
    """The thumbnails of a project by what they show (`Item.picture`), so that copies share one.

    Safe to use from several threads.
    """

    def __init__(self, project: Project) -> None:
        self._using = threading.Lock()
        self._db = open_cache(project.folder / "thumbnails.db", _TABLE)

    def get(self, item: Item) -> bytes:
        """The JPEG of an item, made now if there is none. Raises `Unreadable` or `OSError` as `read_image`."""
        with self._using:
            row = self._db.execute("SELECT jpeg FROM thumbnail WHERE picture = ?", (item.picture,)).fetchone()
        if row is not None:
            return row[0]
        jpeg = thumbnail(read_item(item))
        with self._using, self._db:  # of an image that is masked otherwise now, nothing else stays in the file
            self._db.execute(
                "DELETE FROM thumbnail WHERE picture >= ? AND picture < ?", (item.pixel_sha256, f"{item.pixel_sha256}!")
            )
            self._db.execute("INSERT INTO thumbnail VALUES (?, ?)", (item.picture, jpeg))
        return jpeg

    def put(self, made: Iterable[tuple[str, bytes]]) -> None:
        """Keep JPEGs by the names of what they show."""
        with self._using, self._db:
            self._db.executemany("REPLACE INTO thumbnail VALUES (?, ?)", made)

    def close(self) -> None:
        with self._using:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
