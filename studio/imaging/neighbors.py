"""Which of many rows of numbers are nearest to which: all are looked at, in blocks that keep memory bounded."""

import numpy as np

from models.events import Progress, Task
from studio.text import tr

COMPONENTS = 128
"""Principal components that distances are taken in: of 1,280 features they keep nine in ten nearest neighbors, at a
tenth of the work."""
SAMPLE = 4000
"""Rows from which principal components are learned."""
DISTANCES = 2**24
"""Distances that are held at once: 64 MB."""


def principal(rows: np.ndarray, count: int = COMPONENTS) -> np.ndarray:
    """The first principal components of rows (N, D), float32 (N, min(count, D)), those of most variance first."""
    rows = np.asarray(rows, np.float32)
    mean, axes = principal_axes(rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows)), dtype=int)], count)
    return rows @ axes - mean @ axes


def principal_axes(sample: np.ndarray, count: int = COMPONENTS) -> tuple[np.ndarray, np.ndarray]:
    """The mean (D,) of a sample (N, D) and the axes (D, min(count, D)) along which it varies most, in falling order."""
    mean = sample.mean(0)
    centered = sample - mean
    _, axes = np.linalg.eigh(centered.T @ centered)  # in rising order
    return mean, np.ascontiguousarray(axes[:, ::-1][:, :count])


def nearest(rows: np.ndarray, count: int, asked: np.ndarray | None = None) -> Task[tuple[np.ndarray, np.ndarray]]:
    """The `count` rows nearest to each row, itself left out, or to each of the rows `asked`.

    Returns their places (N, count) and Euclidean distances, the nearest first; fewer columns where there are fewer
    rows. Yields `Progress` after each block.
    """
    import torch

    known = torch.from_numpy(np.ascontiguousarray(rows, np.float32))
    queries = known if asked is None else torch.from_numpy(np.ascontiguousarray(asked, np.float32))
    squares = (known**2).sum(1)
    count = min(count, len(known) - (asked is None))
    places = np.empty((len(queries), count), np.int64)
    distances = np.empty((len(queries), count), np.float32)
    size = max(1, DISTANCES // max(1, len(known)))
    for start in range(0, len(queries), size):
        yield Progress(start, len(queries), tr("Looking for the nearest images"))
        block = queries[start : start + size]
        squared = torch.addmm(squares, block, known.T, alpha=-2)
        if asked is None:
            squared[range(len(block)), range(start, start + len(block))] = torch.inf
        found = squared.topk(count, largest=False)
        away = (found.values + (block**2).sum(1, keepdim=True)).clamp(min=0).sqrt()
        places[start : start + size], distances[start : start + size] = found.indices.numpy(), away.numpy()
    return places, distances
