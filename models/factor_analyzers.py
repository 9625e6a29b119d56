"""A mixture of factor analyzers (Ghahramani & Hinton 1996; for images Richardson & Weiss 2018)."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

SMALLEST_NOISE = 1e-6
"""Variance; in [-1, 1] a gray level out of 256 squared is 6e-5."""


@dataclass(frozen=True)
class FactorAnalyzers:
    """K clusters of points in q dimensions, each a mean with a few directions in which its points vary.

    weights: float32 (K,), the share of the points in each, sum 1. means: (K, q).
    factors: (K, r, q), orthogonal rows as long as the standard deviation along them; 0 where a cluster has fewer.
    noise: (q,), the variance that the factors leave, the same in every cluster.
    """

    weights: Tensor
    means: Tensor
    factors: Tensor
    noise: Tensor

    @classmethod
    def fit(cls, points: Tensor, clusters: Tensor, factors: int) -> "FactorAnalyzers":
        """From points (N, q), N >= 1, and their clusters int64 (N,), each used: mean and largest directions of each."""
        members = [points[clusters == index] for index in range(int(clusters.max()) + 1)]
        means = torch.stack([rows.mean(0) for rows in members])
        centered = [rows - mean for rows, mean in zip(members, means, strict=True)]
        directions = torch.stack([_directions(rows, factors) for rows in centered])
        return cls(clusters.bincount() / len(points), means, directions, _noise(centered, directions))

    def draw(self, clusters: Tensor, normals: Tensor) -> Tensor:
        """Points (n, q) of the clusters int64 (n,) from standard normals (n, r), without the noise."""
        return torch.baddbmm(self.means[clusters].unsqueeze(1), normals.unsqueeze(1), self.factors[clusters]).squeeze(1)

    def log_likelihood(self, points: Tensor) -> Tensor:
        """Natural logarithm of the density at points (n, q), noise included: (n,)."""
        scaled = self.factors / self.noise
        inner = torch.eye(self.factors.shape[1]) + scaled @ self.factors.mT
        root = torch.linalg.cholesky(inner)
        whitened = torch.linalg.solve_triangular(root, scaled, upper=False)
        explained = points @ whitened.flatten(0, 1).T - torch.einsum("krq,kq->kr", whitened, self.means).flatten()
        distances = torch.cdist(points / self.noise.sqrt(), self.means / self.noise.sqrt()).square()
        distances -= explained.view(len(points), *whitened.shape[:2]).square().sum(2)
        determinants = self.noise.log().sum() + 2 * root.diagonal(dim1=1, dim2=2).log().sum(1)
        logs = self.weights.log() - (distances + determinants + points.shape[1] * math.log(2 * math.pi)) / 2
        return logs.logsumexp(1)


def _directions(deviations: Tensor, count: int) -> Tensor:
    """The largest principal directions (count, q) of centered rows (n, q), scaled by the standard deviation."""
    found = torch.zeros(count, deviations.shape[1])
    _, scales, directions = torch.linalg.svd(deviations, full_matrices=False)
    kept = min(count, len(deviations) - 1, len(scales))
    found[:kept] = directions[:kept] * (scales[:kept, None] / max(1, len(deviations) - 1) ** 0.5)
    return found


def _noise(members: list[Tensor], directions: Tensor) -> Tensor:
    """The pooled variance (q,) of each cluster's centered rows off its directions (K, r, q).

    Divided by the degrees of freedom that means and directions have left, else few images a cluster would look certain.
    """
    total = torch.zeros(directions.shape[2])
    freedom = 0
    for rows, axes in zip(members, torch.nn.functional.normalize(directions, dim=2), strict=True):
        total += (rows - rows @ axes.T @ axes).square().sum(0)
        freedom += len(rows) - 1 - int(axes.any(1).sum())
    return total / max(1, freedom) + SMALLEST_NOISE
