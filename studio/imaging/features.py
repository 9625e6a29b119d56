"""What a network sees in each image of a project: rows of numbers that are close when images look alike.

Kept in `features.db`, a cache that may be deleted at any time.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from models.events import Progress, Task
from studio.imaging.thumbnails import Thumbnails
from studio.imaging.unreadable import Unreadable
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import Item
from studio.text import tr

LENGTH = 1280
BATCH = 64
NETWORK_SIDE = 96

Found = tuple[str, np.ndarray | None]


def features(project: Project, chosen: Sequence[Item]) -> Task[np.ndarray]:
    """EfficientNet-Lite0 features of items, float32 (n, 1280), of their thumbnails padded to squares.

    An image that cannot be read any more has a row of NaN. Yields `Progress`; what was computed stays when closed.
    """
    with closing(_open(project)) as db:
        known = _known(db)
        lacking = list({item.pixel_sha256: item for item in chosen if item.pixel_sha256 not in known}.values())
        yield from _compute(project, db, lacking)
        rows = np.full((len(chosen), LENGTH), np.nan, np.float32)
        for index, item in enumerate(chosen):
            row = db.execute("SELECT vector FROM feature WHERE pixel_sha256 = ?", (item.pixel_sha256,)).fetchone()
            if row is not None:
                rows[index] = np.frombuffer(row[0], np.float16)
    return rows


def _compute(project: Project, db: sqlite3.Connection, lacking: Sequence[Item]) -> Task[None]:
    if not lacking:
        return
    import torch

    from models.metrics.features import EfficientNetLite0Features

    extractor = EfficientNetLite0Features()
    done = 0
    with Thumbnails(project) as thumbnails:
        for batch in _batches(thumbnails, lacking):
            yield Progress(done, len(lacking), tr("Looking at images"))
            readable = [(name, pixels) for name, pixels in batch if pixels is not None]
            if readable:
                images = torch.from_numpy(np.stack([pixels for _, pixels in readable]))
                vectors = extractor(images.permute(0, 3, 1, 2)).numpy().astype(np.float16)
                with db:
                    named = ((name, row.tobytes()) for (name, _), row in zip(readable, vectors, strict=True))
                    db.executemany("REPLACE INTO feature VALUES (?, ?)", named)
            done += len(batch)
    yield Progress(done, done, tr("Looking at images"))


def _batches(thumbnails: Thumbnails, lacking: Sequence[Item]) -> Iterator[list[Found]]:
    def look(item: Item) -> Found:
        try:
            return item.pixel_sha256, _square(thumbnails.get(item))
        except (Unreadable, OSError):  # gone or changed since the import, which is a finding of its own
            return item.pixel_sha256, None

    batch: list[Found] = []
    with closing(in_order(look, lacking)) as looks:
        for each in looks:
            batch.append(each)
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _square(jpeg: bytes) -> np.ndarray:
    """A thumbnail as uint8 (96, 96, 3), its edges repeated to a square: shapes stay what they are."""
    with Pillow.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    side = max(pixels.shape[:2])
    around = [((side - length) // 2, side - length - (side - length) // 2) for length in pixels.shape[:2]]
    padded = Pillow.fromarray(np.pad(pixels, [*around, (0, 0)], mode="edge"))
    return np.asarray(padded.resize((NETWORK_SIDE, NETWORK_SIDE), Pillow.Resampling.BILINEAR))


def _open(project: Project) -> sqlite3.Connection:
    db = sqlite3.connect(project.folder / "features.db", timeout=30, check_same_thread=False)
    db.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
        "CREATE TABLE IF NOT EXISTS feature (pixel_sha256 TEXT PRIMARY KEY, vector BLOB NOT NULL);"
    )
    return db


def _known(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT pixel_sha256 FROM feature")}
