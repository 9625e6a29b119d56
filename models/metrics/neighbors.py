"""Statistics of nearest neighbors in feature space. Memory is bounded: distances are made a block at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from models.events import Progress, Task, finish

BLOCK = 2**21
"""Distances that are made at a time: a tenth of a second's work and 16 MiB."""
NEIGHBORS = 5

Found = TypeVar("Found")


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
        radii = yield from _each_block(points, points, lambda block: block.kthvalue(k + 1, dim=1).values)
        return cls(points, torch.cat(radii))

    def hits(self, samples: Tensor) -> Task["Hits"]:
        """Where the samples (M, D) lie. Yields `Progress`."""

        def find(distances: Tensor) -> tuple[Tensor, Tensor]:
            inside = distances <= self.radii
            return inside.sum(1), inside.any(0)

        found = yield from _each_block(torch.as_tensor(samples), self.points, find)
        counts, held = zip(*found, strict=True)
        return Hits(torch.cat(counts), torch.stack(held).any(0))


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
    blocks = _each_block(torch.as_tensor(samples), torch.as_tensor(references), lambda block: block.min(dim=1))
    nearest = yield from blocks
    return torch.cat([found.indices for found in nearest]), torch.cat([found.values for found in nearest])


def _hits(points: Tensor, samples: Tensor, k: int) -> Hits:
    return finish(finish(Manifold.of(points, k)).hits(samples))


def _each_block(x: Tensor, y: Tensor, find: Callable[[Tensor], Found]) -> Task[list[Found]]:
    """What `find` makes of the distances from some rows of x at a time to all of y."""
    found: list[Found] = []
    done = 0
    for block in _row_blocks(x, y):
        found.append(find(block))
        done += len(block)
        yield Progress(done, len(x), "Comparing images")
    return found


def _row_blocks(x: Tensor, y: Tensor) -> Iterator[Tensor]:
    """Euclidean distances (rows, M) float64 from some rows of x (N, D) at a time to all of y (M, D)."""
    center = y.mean(0, dtype=torch.float64)  # keeps |x|^2 + |y|^2 - 2 x.y from losing digits
    y = y.to(torch.float64) - center
    y_squares = y.square().sum(1)
    for rows in x.split(max(1, BLOCK // max(1, len(y)))):
        rows = rows.to(torch.float64) - center
        squares = rows.square().sum(1, keepdim=True) + y_squares
        distances = torch.addmm(squares, rows, y.T, alpha=-2)
        # What is left of equal rows is rounding; they are to be exactly 0 apart, so that <= holds for duplicates.
        yield distances.masked_fill_(distances < squares * 1e-13, 0).sqrt_()


def _share(flags: Tensor) -> float:
    return float(flags.to(torch.float64).mean())
