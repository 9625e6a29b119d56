"""A density of points of several classes: for each class a mixture of factor analyzers, fitted in seconds."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from models import kmeans
from models.events import Progress, Task
from models.factor_analyzers import FactorAnalyzers
from models.state import State

CLUSTERED_DIMENSIONS = 48
POINTS_A_CLUSTER = 40
"""With fewer points a cluster the figures go on improving, but samples become blends of a handful of points."""
POINTS_A_FACTOR = 4
SMALLEST_CLUSTER = 8
MOST_AUTOMATIC_FACTORS = 20
COMPARED_FACTORS = 5
"""Likelihood settles the number of clusters, with few factors. It would keep them few, since noise makes up for what
they leave out; samples have no noise, and would be too much alike."""


@dataclass(frozen=True)
class ClassMixtures:
    """A mixture of factor analyzers for each class, each cluster being a mean and a few directions to go from it."""

    mixtures: list[FactorAnalyzers]

    @classmethod
    def fit(
        cls, points: Tensor, labels: Tensor, random: torch.Generator, *, clusters: int = 0, factors: int = 0
    ) -> Task[Self]:
        """To points (N, q) of classes int64 (N,), none without a point and the first dimensions the most telling.

        clusters: over all classes; 0: as many as make unseen points likeliest, of 40 points or more each.
        factors: of each cluster; 0: a quarter of its points, at most 20. Yields `Progress`.
        """
        classes = [points[labels == label] for label in range(int(labels.max()) + 1)]
        sizes = _sizes(clusters, len(points))
        size = (yield from _choose_size(sizes, classes, random)) if len(sizes) > 1 else sizes[0]
        factors = factors or max(1, min(int(size) // POINTS_A_FACTOR, MOST_AUTOMATIC_FACTORS))
        yield Progress(0, 1, "Finding groups")
        found = cls([_fit_class(rows, size, factors, random) for rows in _enlarged(classes)])
        yield Progress(1, 1, "Finding groups")
        return found

    @property
    def clusters(self) -> int:
        return sum(len(mixture.weights) for mixture in self.mixtures)

    @property
    def factors(self) -> int:
        return self.mixtures[0].factors.shape[1]

    def draw(self, latents: Tensor, labels: Tensor) -> Tensor:
        """Points (n, q) from standard normals (n, 1 + factors or more) and classes (n,), without residual noise.

        The first number chooses the cluster, the others are the steps along its directions.
        """
        points = torch.empty(len(latents), self.mixtures[0].means.shape[1])
        for label in labels.unique().tolist():
            chosen = labels == label
            points[chosen] = _draw(self.mixtures[label], latents[chosen])
        return points

    def state(self) -> State:
        return {
            f"class {label}.{key}": getattr(mixture, key)
            for label, mixture in enumerate(self.mixtures)
            for key in FactorAnalyzers.__annotations__
        }

    @classmethod
    def from_state(cls, state: State, classes: int) -> Self:
        """What `state` returned. Raises `KeyError` where it does not fit."""
        return cls(
            [
                FactorAnalyzers(**{key: state[f"class {label}.{key}"] for key in FactorAnalyzers.__annotations__})
                for label in range(classes)
            ]
        )


def _sizes(clusters: int, n: int) -> list[float]:
    """Points a cluster, on average, to choose from for n points: within the limit that keeps samples honest."""
    if clusters:
        return [n / clusters]
    doublings = [float(POINTS_A_CLUSTER * 2**times) for times in range(5)]
    return [size for size in doublings if size <= n] or [float(n)]


def _choose_size(sizes: list[float], classes: list[Tensor], random: torch.Generator) -> Task[float]:
    """The size under which a fifth of the points of each class is likeliest, fitted to the others."""
    parts = [_split(rows, random) for rows in classes]
    scores: dict[float, float] = {}
    for size in sizes:
        yield Progress(len(scores), len(sizes), "Choosing the number of groups")
        mixtures = [_fit_class(fitted, size, COMPARED_FACTORS, random) for fitted, _ in parts]
        scores[size] = sum(
            float(mixture.log_likelihood(unseen).sum()) for mixture, (_, unseen) in zip(mixtures, parts, strict=True)
        )
    return max(scores, key=scores.__getitem__)


def _split(rows: Tensor, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Four fifths to fit, one fifth (a thousand at most) to check."""
    shuffled = rows[torch.randperm(len(rows), generator=random)]
    unseen = min(len(rows) // 5, 1000)
    return shuffled[unseen:], shuffled[:unseen]


def _enlarged(classes: list[Tensor]) -> list[Tensor]:
    """The points of each class; one with a single point varies around it as all points do, lest samples be copies."""
    everything = torch.cat(classes)
    return [rows if len(rows) > 1 else everything - everything.mean(0) + rows for rows in classes]


def _fit_class(points: Tensor, size: float, factors: int, random: torch.Generator) -> FactorAnalyzers:
    count = max(1, int(len(points) / size + 0.5))
    groups = kmeans.cluster(points[:, :CLUSTERED_DIMENSIONS], count, SMALLEST_CLUSTER, random)
    return FactorAnalyzers.fit(points, groups, factors)


def _draw(mixture: FactorAnalyzers, latents: Tensor) -> Tensor:
    """Points (n, q) from latents (n, 1 + r or more)."""
    position = torch.special.ndtr(latents[:, 0].to(torch.float64))
    edges = mixture.weights.to(torch.float64).cumsum(0)[:-1]
    clusters = torch.searchsorted(edges, position, right=True)
    return mixture.draw(clusters, latents[:, 1 : 1 + mixture.factors.shape[1]])
