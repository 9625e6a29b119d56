"""A map of images, on which those that look alike lie close; kept in `maps.db`, a cache that may be deleted."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing

import numpy as np

from models.events import Event, Task
from studio.imaging.cache import open_cache
from studio.imaging.features import principal_features
from studio.imaging.neighbor_embedding import neighbor_embedding
from studio.project import Project
from studio.project.items import items_of

_TABLE = "CREATE TABLE IF NOT EXISTS map (number INTEGER PRIMARY KEY, name TEXT UNIQUE, points BLOB NOT NULL);"
_KEPT = 8
"""The latest maps."""


class RoughMap(Event, frozen=True):
    """Where items lie along the two principal components of their features, float32 (n, 2): known long before the map
    is laid out."""

    points: np.ndarray


def feature_map(project: Project, ids: Sequence[int]) -> Task[np.ndarray]:
    """Where items lie on a map, float32 (n, 2): each among those whose features are most like its own.

    An image that cannot be read any more has a row of NaN. Yields `Progress`, and a `RoughMap` on the way.
    """
    shown = items_of(project, ids)
    name = _name(item.pixel_sha256 for item in shown)
    with closing(open_cache(project.folder / "maps.db", _TABLE)) as db:
        row = db.execute("SELECT points FROM map WHERE name = ?", (name,)).fetchone()
        if row is not None:
            return np.frombuffer(row[0], np.float32).reshape(-1, 2)
        components = yield from principal_features(project, shown)
        yield RoughMap(components[:, :2])
        is_known = np.isfinite(components[:, 0])
        points = np.full((len(shown), 2), np.nan, np.float32)
        points[is_known] = yield from neighbor_embedding(components[is_known])
        with db:
            db.execute("INSERT INTO map (name, points) VALUES (?, ?)", (name, points.tobytes()))
            db.execute("DELETE FROM map WHERE number <= (SELECT max(number) FROM map) - ?", (_KEPT,))
        return points


def _name(pictures: Iterable[str]) -> str:
    """Of the map of these pictures, by their hashes."""
    digest = hashlib.sha256()
    for picture in pictures:
        digest.update(f"{picture}\n".encode())
    return digest.hexdigest()
