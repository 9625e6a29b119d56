"""k-means clustering (Lloyd 1982)."""

import torch
from torch import Tensor

ITERATIONS = 15


def cluster(points: Tensor, k: int, smallest: int, random: torch.Generator) -> Tensor:
    """Cluster indices int64 (N,) of points (N, D), 0 to at most k - 1, each used.

    Clusters with fewer than `smallest` points are dissolved, unless that would leave none; starts from random points.
    """
    centers = points[torch.randperm(len(points), generator=random)[:k]]
    for _ in range(ITERATIONS):
        centers = _means(points, _closest(points, centers), centers)
    sizes = _closest(points, centers).bincount(minlength=len(centers))
    large = sizes >= min(smallest, int(sizes.max()))
    return _closest(points, centers[large]).unique(return_inverse=True)[1]


def _closest(points: Tensor, centers: Tensor) -> Tensor:
    # |p - c|^2 without |p|^2, which is the same for every center.
    return torch.addmm(centers.square().sum(1), points, centers.T, alpha=-2).argmin(1)


def _means(points: Tensor, clusters: Tensor, centers: Tensor) -> Tensor:
    """The mean of each cluster; an empty one keeps its center."""
    sizes = clusters.bincount(minlength=len(centers)).unsqueeze(1)
    sums = torch.zeros_like(centers).index_add_(0, clusters, points)
    return torch.where(sizes > 0, sums / sizes.clamp(min=1), centers)
