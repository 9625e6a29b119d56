"""Frechet distance between two sets of features, each taken as one Gaussian (Heusel et al. 2017, "FID")."""

from dataclasses import dataclass

import torch
from torch import Tensor

from models.events import Progress, Task, finish

CHUNK = 2560


@dataclass(frozen=True)
class Gaussian:
    """The mean (D,) and a root (R, D), R <= D, of the covariance of feature rows: covariance = root.T @ root."""

    mean: Tensor
    root: Tensor

    @classmethod
    def of(cls, features: Tensor) -> Task["Gaussian"]:
        """The Gaussian of at least two feature rows (N, D), with the unbiased covariance. Yields `Progress`."""
        features = torch.as_tensor(features)
        if len(features) < 2:
            raise ValueError("a Frechet distance needs at least two rows on each side")
        mean = features.mean(0, dtype=torch.float64)
        root = torch.empty(0, features.shape[1], dtype=torch.float64)
        for done, chunk in enumerate(features.split(CHUNK), 1):
            root = _compress(torch.cat([root, chunk.to(torch.float64) - mean]))
            yield Progress(min(done * CHUNK, len(features)), len(features), "Comparing images")
        return cls(mean, root / (len(features) - 1) ** 0.5)

    def distance(self, other: "Gaussian") -> float:
        """The squared 2-Wasserstein distance |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of two Gaussians.

        The trace of (C1 C2)^(1/2) is the nuclear norm of root1 @ root2.T: exact where a matrix square root is not,
        and fast when there are fewer rows than features.
        """
        between = (self.mean - other.mean).square().sum()
        within = self.root.square().sum() + other.root.square().sum()
        shared = torch.linalg.svdvals(self.root @ other.root.T).sum()
        return max(0.0, float(between + within - 2 * shared))


def frechet_distance(x: Tensor, y: Tensor) -> float:
    """Frechet distance between feature rows x (N, D) and y (M, D): 0 for the same Gaussian, without an upper bound.

    It falls with N and M; compare only figures with the same N, M and extractor.
    """
    return finish(Gaussian.of(x)).distance(finish(Gaussian.of(y)))


def _compress(rows: Tensor) -> Tensor:
    """At most D rows with the same `rows.T @ rows`."""
    if len(rows) <= rows.shape[1]:
        return rows
    return torch.linalg.qr(rows, mode="r").R.contiguous()
