"""What an encoder's latents are really like, by class: closer to them than N(0, I), which they were only drawn to."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from models.class_mixtures import MOST_AUTOMATIC_FACTORS, ClassMixtures
from models.events import finish
from models.state import State, part, prefixed

NUMBERS = 1 + MOST_AUTOMATIC_FACTORS
"""Standard normals that one draw takes."""


@dataclass(frozen=True)
class LatentDensity:
    """Mixtures of factor analyzers of latents, fitted after learning (Ghosh et al. 2020, "From variational to
    deterministic autoencoders", fit Gaussian mixtures).

    mixtures: of the latents' principal axes, each latent in units of its posterior's standard deviation, for what a
    latent tells of an image goes by how exactly it is told. back: (q, q), from there to the latents.
    """

    mixtures: ClassMixtures
    back: Tensor

    @classmethod
    def fit(cls, means: Tensor, log_variances: Tensor, labels: Tensor, seed: int) -> Self:
        """To the posteriors (N, q) each of images of classes int64 (N,), none without one. Seconds for thousands."""
        exactness = (-0.5 * log_variances.mean(0)).exp()
        told = means * exactness
        axes = torch.linalg.eigh(told.T.cov().double()).eigenvectors.flip(1).float()
        random = torch.Generator().manual_seed(seed)
        return cls(finish(ClassMixtures.fit(told @ axes, labels, random)), axes.T / exactness)

    def draw(self, latents: Tensor, labels: Tensor) -> Tensor:
        """Latents (n, q) from standard normals (n, `NUMBERS` or more) and classes (n,)."""
        return self.mixtures.draw(latents, labels) @ self.back

    def state(self) -> State:
        return {"back": self.back} | prefixed("mixture", self.mixtures.state())

    @classmethod
    def from_state(cls, state: State, classes: int) -> Self:
        """What `state` returned. Raises `KeyError` where it does not fit."""
        return cls(ClassMixtures.from_state(part("mixture", state), classes), state["back"])
