"""What an encoder's latents are really like, by class: closer to them than N(0, I), which they were only drawn to."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from models.class_mixtures import MOST_AUTOMATIC_FACTORS, ClassMixtures
from models.events import finish
from models.state import State, part, prefixed

MOST_AXES = 512
NUMBERS = 1 + MOST_AUTOMATIC_FACTORS
"""Standard normals that one draw takes."""


@dataclass(frozen=True)
class LatentDensity:
    """Mixtures of factor analyzers of latents, fitted after learning (Ghosh et al. 2020, "From variational to
    deterministic autoencoders", fit Gaussian mixtures).

    mixtures: of the latents' principal axes, at most 512. mean: (q,). back: (axes, q), from there to the latents.
    """

    mixtures: ClassMixtures
    mean: Tensor
    back: Tensor

    @classmethod
    def fit(cls, latents: Tensor, scale: Tensor, labels: Tensor, seed: int) -> Self:
        """To latents (N, q) of images of classes int64 (N,), none without one. Seconds for thousands.

        scale: (q,), how much one unit of each changes an image.
        """
        random = torch.Generator().manual_seed(seed)
        mean = latents.mean(0)
        scaled = (latents - mean) * scale
        axes = _principal_axes(scaled, min(MOST_AXES, len(scale)), random)
        return cls(finish(ClassMixtures.fit(scaled @ axes, labels, random)), mean, axes.T / scale)

    def draw(self, normals: Tensor, labels: Tensor) -> Tensor:
        """Latents (n, q) from standard normals (n, `NUMBERS` or more) and classes (n,)."""
        return torch.addmm(self.mean, self.mixtures.draw(normals, labels), self.back)

    def state(self) -> State:
        return {"mean": self.mean, "back": self.back} | prefixed("mixture", self.mixtures.state())

    @classmethod
    def from_state(cls, state: State, classes: int) -> Self:
        """What `state` returned. Raises `KeyError` where it does not fit."""
        return cls(ClassMixtures.from_state(part("mixture", state), classes), state["mean"], state["back"])


def _principal_axes(points: Tensor, count: int, random: torch.Generator) -> Tensor:
    """The largest ones of centered points (N, q), by falling variance: orthonormal columns (q, count).

    Randomized subspace iteration (Halko, Martinsson & Tropp 2011); exact where `count` is q.
    """
    sketch = torch.randn(points.shape[1], count, generator=random)
    found = torch.linalg.qr(points.T @ (points @ sketch)).Q if count < points.shape[1] else torch.eye(count)
    inside = (points @ found).double()
    return found @ torch.linalg.eigh(inside.T @ inside).eigenvectors.flip(1).float()
