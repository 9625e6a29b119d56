"""What a network sees in each image of a project: rows of numbers that are close when images look alike.

Kept in `features.db`, a cache that may be deleted at any time.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TypeVar

import numpy as np
import simplejpeg
from PIL import Image as Pillow

from models.events import Progress, Task
from studio.imaging.cache import delete_cache, open_cache
from studio.imaging.neighbors import COMPONENTS, SAMPLE, principal_axes
from studio.imaging.thumbnails import Thumbnails
from studio.imaging.unreadable import Unreadable
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import Item
from studio.text import tr

LENGTH = 1280
NETWORK_SIDE = 96
BATCH = 64
"""Images that the network looks at together."""
BLOCK = 2048
"""Rows that are held at full length at once: 10 MB."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS feature (picture TEXT PRIMARY KEY, vector BLOB NOT NULL);"
    # so that what is known is told without reading all vectors
    f"CREATE INDEX IF NOT EXISTS feature_whole ON feature (picture) WHERE length(vector) = {2 * LENGTH};"
)

Found = tuple[str, np.ndarray | None]
Read = TypeVar("Read")


def features(project: Project, chosen: Sequence[Item]) -> Task[np.ndarray]:
    """EfficientNet-Lite0 features of items, float32 (n, 1280), of their thumbnails padded to squares.

    An image that cannot be read any more has a row of NaN. Yields `Progress`; what was computed stays when closed.
    """
    return (yield from each_feature(project, chosen, lambda rows: rows))


def each_feature(project: Project, chosen: Sequence[Item], use: Callable[[np.ndarray], np.ndarray]) -> Task[np.ndarray]:
    """What `use` makes of the features of items, block by block, joined: for more than fit in memory at full length."""
    names = [item.picture for item in chosen]
    return (yield from _reading(project, chosen, lambda db: _each(db, names, use)))


def principal_features(project: Project, chosen: Sequence[Item]) -> Task[np.ndarray]:
    """The first principal components of the directions of features, float32 (n, 128): 0.5 KB an image. Everything else
    as in `features`.

    The distance of two directions tells more than that of features, which are all small for strange images.
    """
    names = [item.picture for item in chosen]

    def components(db: sqlite3.Connection) -> Task[np.ndarray]:
        sample = yield from _each(db, names[:: 1 + len(names) // SAMPLE], directions)
        sample = sample[np.isfinite(sample[:, 0])]
        if not len(sample):
            return np.full((len(names), COMPONENTS), np.nan, np.float32)
        mean, axes = principal_axes(sample)
        return (yield from _each(db, names, lambda rows: (directions(rows) - mean) @ axes))

    return (yield from _reading(project, chosen, components))


def directions(rows: np.ndarray) -> np.ndarray:
    """Features (n, D) scaled to length 1."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9)


def _reading(project: Project, chosen: Sequence[Item], read: Callable[[sqlite3.Connection], Task[Read]]) -> Task[Read]:
    """What `read` takes from the cache, once it holds the features of all items that can be read."""
    path = project.folder / "features.db"
    try:
        with closing(open_cache(path, _TABLE)) as db:
            yield from _complete(project, db, chosen)
            return (yield from read(db))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # damaged further inside than opening it tells
        delete_cache(path)
        with closing(open_cache(path, _TABLE)) as db:
            yield from _complete(project, db, chosen)
            return (yield from read(db))


def _complete(project: Project, db: sqlite3.Connection, chosen: Sequence[Item]) -> Task[None]:
    """Compute the features that are lacking."""
    known = {row[0] for row in db.execute(f"SELECT picture FROM feature WHERE length(vector) = {2 * LENGTH}")}
    lacking = list({item.picture: item for item in chosen if item.picture not in known}.values())
    done = 0
    look_at: Callable[[np.ndarray], np.ndarray] | None = None
    with Thumbnails(project) as thumbnails:
        for batch in _batches(thumbnails, lacking):
            yield Progress(done, len(lacking), tr("Looking at images"))
            readable = [(name, pixels) for name, pixels in batch if pixels is not None]
            if readable:
                look_at = look_at or _network()
                vectors = look_at(np.stack([pixels for _, pixels in readable])).astype(np.float16)
                with db:
                    named = ((name, row.tobytes()) for (name, _), row in zip(readable, vectors, strict=True))
                    db.executemany("REPLACE INTO feature VALUES (?, ?)", named)
            done += len(batch)
    if lacking:
        yield Progress(done, done, tr("Looking at images"))


def _network() -> Callable[[np.ndarray], np.ndarray]:
    """Features (n, 1280) of images uint8 (n, H, W, 3)."""
    import torch

    from models.metrics.features import EfficientNetLite0Features

    extractor = EfficientNetLite0Features()
    return lambda images: extractor(torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()


def _batches(thumbnails: Thumbnails, lacking: Sequence[Item]) -> Iterator[Sequence[Found]]:
    def look(item: Item) -> Found:
        try:
            return item.picture, _square(thumbnails.get(item))
        except (Unreadable, OSError):  # gone or changed since the import, which is a finding of its own
            return item.picture, None

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
    pixels = simplejpeg.decode_jpeg(jpeg, "RGB")
    side = max(pixels.shape[:2])
    around = [((side - length) // 2, side - length - (side - length) // 2) for length in pixels.shape[:2]]
    padded = Pillow.fromarray(np.pad(pixels, [*around, (0, 0)], mode="edge"))
    return np.asarray(padded.resize((NETWORK_SIDE, NETWORK_SIDE), Pillow.Resampling.BILINEAR))


def _each(db: sqlite3.Connection, names: Sequence[str], use: Callable[[np.ndarray], np.ndarray]) -> Task[np.ndarray]:
    """What `use` makes of the kept features of pictures, block by block, joined. Yields `Progress` between blocks."""
    found = [use(np.empty((0, LENGTH), np.float32))]
    for start in range(0, len(names), BLOCK):
        if start:
            yield Progress(start, len(names), tr("Reading what was seen"))
        found.append(use(_rows(db, names[start : start + BLOCK])))
    return np.concatenate(found)


def _rows(db: sqlite3.Connection, names: Sequence[str]) -> np.ndarray:
    """The kept features of pictures, float32 (n, 1280); NaN where there are none."""
    rows = np.full((len(names), LENGTH), np.nan, np.float32)
    for index, name in enumerate(names):
        kept = db.execute("SELECT vector FROM feature WHERE picture = ?", (name,)).fetchone()
        if kept is not None:
            rows[index] = np.frombuffer(kept[0], np.float16)
    return rows
