"""Statistics of nearest neighbors in feature space. Memory is bounded: distances are made a block at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

CHUNK = 1024
NEIGHBORS = 5


@dataclass(frozen=True)
class Manifold:
    """Where a set of images lives: the balls around its features (N, D) that reach to the k-th neighbor, radii (N,)."""

    points: Tensor
    radii: Tensor

    @classmethod
    def of(cls, points: Tensor, k: int = NEIGHBORS) -> "Manifold":
        """The manifold of more than `k` feature rows (N, D)."""
        points = torch.as_tensor(points)
        if len(points) <= k:
            raise ValueError(f"neighbor statistics with k = {k} need more than {k} rows on each side")
        # The smallest distance of a row is the one to itself.
        radii = [block.kthvalue(k + 1, dim=1).values for block in _row_blocks(points, points)]
        return cls(points, torch.cat(radii))

    def hits(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        """How many balls each of the samples (M, D) lies in, int64 (M,), and which balls hold a sample, bool (N,)."""
        counts = []
        held = torch.zeros(len(self.points), dtype=torch.bool)
        for block in _row_blocks(torch.as_tensor(samples), self.points):
            inside = block <= self.radii
            counts.append(inside.sum(1))
            held |= inside.any(0)
        return torch.cat(counts), held

    def share_inside(self, samples: Tensor) -> float:
        """The share of the samples (M, D) that lie in at least one ball."""
        return _share(self.hits(samples)[0] > 0)


def precision_recall(real: Tensor, samples: Tensor, k: int = NEIGHBORS) -> tuple[float, float]:
    """Improved precision and recall (Kynkaanniemi et al. 2019) of feature rows (N, D) and (M, D), each 0..1.

    Precision: the share of samples inside the manifold of the real images. Recall: the share of real images inside
    the manifold of the samples.
    """
    return Manifold.of(real, k).share_inside(samples), Manifold.of(samples, k).share_inside(real)


def density(real: Tensor, samples: Tensor, k: int = NEIGHBORS) -> float:
    """Density (Naeem et al. 2020): in how many real images' balls a sample lies, over k; about 1 when all is well."""
    counts, _ = Manifold.of(real, k).hits(samples)
    return float(counts.to(torch.float64).mean()) / k


def coverage(real: Tensor, samples: Tensor, k: int = NEIGHBORS) -> float:
    """Coverage (Naeem et al. 2020): the share of real images whose ball holds at least one sample, 0..1."""
    _, held = Manifold.of(real, k).hits(samples)
    return _share(held)


def nearest_neighbors(samples: Tensor, references: Tensor) -> tuple[Tensor, Tensor]:
    """Of each of `samples` (M, D) the nearest of `references` (N, D): index, int64 (M,), and distance, float64 (M,)."""
    nearest = [block.min(dim=1) for block in _row_blocks(torch.as_tensor(samples), torch.as_tensor(references))]
    return torch.cat([found.indices for found in nearest]), torch.cat([found.values for found in nearest])


def _row_blocks(x: Tensor, y: Tensor) -> Iterator[Tensor]:
    """Euclidean distances (rows, M) float64 from some rows of x (N, D) at a time to all of y (M, D)."""
    center = y.mean(0, dtype=torch.float64)  # keeps |x|^2 + |y|^2 - 2 x.y from losing digits
    y = y.to(torch.float64) - center
    y_squares = y.square().sum(1)
    for rows in x.split(CHUNK):
        rows = rows.to(torch.float64) - center
        squares = rows.square().sum(1, keepdim=True) + y_squares
        distances = torch.addmm(squares, rows, y.T, alpha=-2)
        # What is left of equal rows is rounding; they are to be exactly 0 apart, so that <= holds for duplicates.
        yield distances.masked_fill_(distances < squares * 1e-13, 0).sqrt_()


def _share(flags: Tensor) -> float:
    return float(flags.to(torch.float64).mean())
