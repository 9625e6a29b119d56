"""What families have in common whose samples begin with what their encoder makes of images."""

from abc import abstractmethod

import torch
from torch import Tensor

from models.data import ImageSet, to_unit
from models.families.base import SteppedFamily
from models.latent_density import LatentDensity
from models.state import State, load_network, part, prefixed

ENCODED, MOST_ENCODED = 64, 4_000
"""Images at a time and in all that the density is fitted to."""


class EncodingFamily(SteppedFamily):
    """Learns an encoder, and fits a density to the encoded images whenever samples are to be made.

    density: None before, and where weights are no sound numbers any more.
    """

    density: LatentDensity | None = None

    @abstractmethod
    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Images (B, C, H, W) in [-1, 1] -> their latents, and the logarithm of the variance of each: (B, q) both."""

    @property
    def device(self) -> torch.device:
        return next(self.generator.parameters()).device

    @torch.no_grad()
    def settle(self, data: ImageSet, seed: int) -> None:
        """Fit the density."""
        chosen = data.some(MOST_ENCODED)
        self.generator.eval()
        encoded = [self._encoded(data, indices) for indices in chosen.split(ENCODED)]
        latents, log_variances = (torch.cat(parts) for parts in zip(*encoded, strict=True))
        exactness = (-0.5 * log_variances.mean(0)).exp()  # what a latent tells goes by how exactly it is told
        is_sound = bool(latents.isfinite().all() and exactness.isfinite().all())
        self.density = LatentDensity.fit(latents, exactness, data.labels[chosen], seed) if is_sound else None

    def _encoded(self, data: ImageSet, indices: Tensor) -> tuple[Tensor, Tensor]:
        images, labels = to_unit(data.images[indices].to(self.device)), data.labels[indices].to(self.device)
        latents, log_variances = self.encode(images, labels)
        return latents.cpu(), log_variances.cpu()

    def sampling_state(self) -> State:
        return super().sampling_state() | (prefixed("density", self.density.state()) if self.density else {})

    def load_sampling_state(self, state: State) -> None:
        density = part("density", state)
        load_network(self.generator, {key: value for key, value in state.items() if not key.startswith("density.")})
        self.density = LatentDensity.from_state(density, self.classes) if density else None
