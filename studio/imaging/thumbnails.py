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
    return encoded(reduced(image))


def reduced(image: Image) -> np.ndarray:
    """The pixels of a thumbnail, uint8 (H, W) or (H, W, 3)."""
    pixels = _eight_bits(image)
    height, width = pixels.shape[:2]
    scale = min(1, SIDE / max(width, height))
    fitting = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Pillow.fromarray(pixels).resize(fitting, Pillow.Resampling.BOX, reducing_gap=2))


def _eight_bits(image: Image) -> np.ndarray:
    if image.pixels.dtype == np.uint8 and image.channels in (1, 3) and image.window is None:
        return image.pixels
    return np.asarray(eight_bits(image, None if image.pixels.dtype == np.uint8 else own_range(image)))


def encoded(pixels: np.ndarray) -> bytes:
    """Pixels of `reduced` as a JPEG."""
    color, subsampling = ("GRAY", "Gray") if pixels.ndim == 2 else ("RGB", "420")
    return simplejpeg.encode_jpeg(np.atleast_3d(pixels), QUALITY, color, subsampling)


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
