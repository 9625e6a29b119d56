"""Small pictures of a project's images, kept in `thumbnails.db`: a cache that may be deleted at any time."""

import sqlite3
import threading
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image as Pillow

from studio.imaging.image import Image
from studio.imaging.normalize import eight_bits, own_range
from studio.imaging.read import read_item
from studio.project import Project
from studio.project.items import Item

SIDE = 160
QUALITY = 80


def thumbnail(image: Image) -> bytes:
    """A JPEG of at most `SIDE` px; deep images show their own range of brightness."""
    picture = eight_bits(image, None if image.pixels.dtype == np.uint8 else own_range(image))
    scale = min(1, SIDE / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    file = BytesIO()
    picture.resize((width, height), Pillow.Resampling.BOX).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


class Thumbnails:
    """The thumbnails of a project by the hash of their pixels, so that copies share one.

    Safe to use from several threads.
    """

    def __init__(self, project: Project) -> None:
        self._using = threading.Lock()
        self._db = _open(project.folder / "thumbnails.db")

    def get(self, item: Item) -> bytes:
        """The JPEG of an item, made now if there is none. Raises `Unreadable` or `OSError` as `read_image`."""
        with self._using:
            row = self._db.execute("SELECT jpeg FROM thumbnail WHERE pixel_sha256 = ?", (item.pixel_sha256,)).fetchone()
        if row is not None:
            return row[0]
        jpeg = thumbnail(read_item(item))
        self.put([(item.pixel_sha256, jpeg)])
        return jpeg

    def put(self, made: Iterable[tuple[str, bytes]]) -> None:
        """Keep JPEGs by the hash of the pixels that they show."""
        with self._using, self._db:
            self._db.executemany("REPLACE INTO thumbnail VALUES (?, ?)", made)

    def close(self) -> None:
        with self._using:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.OperationalError:  # a full disk, a lock: nothing that making it again would mend
        raise
    except sqlite3.DatabaseError:  # damaged: it is only a cache
        for part in ("", "-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE TABLE IF NOT EXISTS thumbnail (pixel_sha256 TEXT PRIMARY KEY, jpeg BLOB NOT NULL) WITHOUT ROWID;"
        )
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db
