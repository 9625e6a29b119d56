"""Statistics of nearest neighbors in feature space. Memory is bounded: distances are made a block at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from models.events import Progress, Task, finish

BLOCK = 2**21
"""Distances that are made at a time: a tenth of a second's work and 16 MiB."""
NEIGHBORS = 5


@dataclass(frozen=True)
class Manifold:
    """Where a set of images lives: the balls around its features (N, D) that reach to the k-th neighbor, radii (N,)."""

    points: Tensor
    radii: Tensor

    @classmethod
    def of(cls, points: Tensor, k: int = NEIGHBORS) -> Task["Manifold"]:
        """The manifold of more than `k` feature rows (N, D). Yields `Progress`."""
        points = torch.as_tensor(points)
        if len(points) <= k:
            raise ValueError(f"neighbor statistics with k = {k} need more than {k} rows on each side")
        # The smallest distance of a row is the one to itself.
        radii = torch.empty(len(points), dtype=torch.float64)
        for rows, distances in _row_blocks(points, points):
            radii[rows] = distances.kthvalue(k + 1, dim=1).values
            yield _progress(rows, points)
        return cls(points, radii)

    def hits(self, samples: Tensor) -> Task["Hits"]:
        """Where the samples (M, D) lie. Yields `Progress`."""
        samples = torch.as_tensor(samples)
        counts = torch.empty(len(samples), dtype=torch.int64)
        held = torch.zeros(len(self.points), dtype=torch.bool)
        for rows, distances in _row_blocks(samples, self.points):
            inside = distances <= self.radii
            counts[rows] = inside.sum(1)
            held |= inside.any(0)
            yield _progress(rows, samples)
        return Hits(counts, held)


@dataclass(frozen=True)
class Hits:
    """How many balls of a manifold each sample lies in, int64 (M,), and which balls hold a sample, bool (N,)."""

    counts: Tensor
    held: Tensor

    @property
    def inside(self) -> float:
        """The share of the samples that lie in at least one ball, 0..1."""
        return _share(self.counts > 0)

    @property
    def covered(self) -> float:
        """The share of the balls that hold at least one sample, 0..1."""
        return _share(self.held)


def precision_recall(real: Tensor, samples: Tensor, k: int = NEIGHBORS) -> tuple[float, float]:
    """Improved precision and recall (Kynkaanniemi et al. 2019) of feature rows (N, D) and (M, D), each 0..1.

    Precision: the share of samples inside the manifold of the real images. Recall: the share of real images inside
    the manifold of the samples.
    """
    return _hits(real, samples, k).inside, _hits(samples, real, k).inside


def density(real: Tensor, samples: Tensor, k: int = NEIGHBORS) -> float:
    """Density (Naeem et al. 2020): in how many real images' balls a sample lies, over k; about 1 when all is well."""
    return float(_hits(real, samples, k).counts.to(torch.float64).mean()) / k


def coverage(real: Tensor, samples: Tensor, k: int = NEIGHBORS) -> float:
    """Coverage (Naeem et al. 2020): the share of real images whose ball holds at least one sample, 0..1."""
    return _hits(real, samples, k).covered


def nearest_neighbors(samples: Tensor, references: Tensor) -> tuple[Tensor, Tensor]:
    """Of each of `samples` (M, D) the nearest of `references` (N, D): index, int64 (M,), and distance, float64 (M,)."""
    return finish(find_nearest(samples, references))


def find_nearest(samples: Tensor, references: Tensor) -> Task[tuple[Tensor, Tensor]]:
    """The same as a task that yields `Progress`."""
    samples, references = torch.as_tensor(samples), torch.as_tensor(references)
    indices = torch.empty(len(samples), dtype=torch.int64)
    nearest = torch.empty(len(samples), dtype=torch.float64)
    for rows, distances in _row_blocks(samples, references):
        nearest[rows], indices[rows] = distances.min(dim=1)
        yield _progress(rows, samples)
    return indices, nearest


def _hits(points: Tensor, samples: Tensor, k: int) -> Hits:
    return finish(finish(Manifold.of(points, k)).hits(samples))


def _row_blocks(x: Tensor, y: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Some rows of x (N, D) at a time, and their Euclidean distances to all of y (M, D): float64 (rows, M).

    Whoever takes them should keep nothing but what fits into a tensor made beforehand: small ones that stay in between
    keep the allocator from using the memory of one block for the next.
    """
    center = y.mean(0, dtype=torch.float64)  # keeps |x|^2 + |y|^2 - 2 x.y from losing digits
    y = y.to(torch.float64) - center
    y_squares = y.square().sum(1)
    height = max(1, BLOCK // max(1, len(y)))
    for start in range(0, len(x), height):
        rows = x[start : start + height].to(torch.float64) - center
        squares = rows.square().sum(1, keepdim=True) + y_squares
        distances = torch.addmm(squares, rows, y.T, alpha=-2)
        # What is left of equal rows is rounding; they are to be exactly 0 apart, so that <= holds for duplicates.
        distances.masked_fill_(distances < squares.mul_(1e-13), 0).sqrt_()
        yield slice(start, start + len(rows)), distances


def _progress(rows: slice, x: Tensor) -> Progress:
    return Progress(rows.stop, len(x), "Comparing images")


def _share(flags: Tensor) -> float:
    return float(flags.to(torch.float64).mean())
