"""Two networks that learn from each other (generative adversarial networks, Goodfellow et al. 2014)."""

from abc import abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim import Adam

from models.data import ImageShape
from models.families.base import SteppedFamily, SteppedSettings


class AdversarialFamily(SteppedFamily):
    """A generator and a discriminator with the non-saturating loss; subclasses build the two networks."""

    loss_titles: ClassVar[dict[str, str]] = {"generator": "Forger", "discriminator": "Detective"}

    def __init__(self, settings: SteppedSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.networks = {"generator": self.build_generator(), "discriminator": self.build_discriminator()}
        self.optimizers = {
            name: Adam(network.parameters(), lr=settings.learning_rate, betas=(0.5, 0.999), fused=True)
            for name, network in self.networks.items()
        }

    @abstractmethod
    def build_generator(self) -> nn.Module:
        """(latents (B, latent_size), labels (B,)) -> images (B, C, H, W) in [-1, 1]."""

    @abstractmethod
    def build_discriminator(self) -> nn.Module:
        """(images, labels) -> scores (B,): above 0 for images taken to be real."""

    @property
    def latent_size(self) -> int:
        return 100

    @property
    def generator(self) -> nn.Module:
        return self.networks["generator"]

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        """One pass of the generator serves both updates: the discriminator's, then its own."""
        discriminator = self.networks["discriminator"]
        latents = torch.randn(len(images), self.latent_size, generator=random).to(images.device)
        fakes = self.generator.train()(latents, labels)

        loss = softplus(-discriminator(images, labels)).mean() + softplus(discriminator(fakes.detach(), labels)).mean()
        self._update("discriminator", loss)

        discriminator.requires_grad_(False)
        generator_loss = softplus(-discriminator(fakes, labels)).mean()
        self._update("generator", generator_loss)
        discriminator.requires_grad_(True)
        return {"generator": generator_loss.detach(), "discriminator": loss.detach()}

    def _update(self, name: str, loss: Tensor) -> None:
        self.optimizers[name].zero_grad()
        loss.backward()
        self.optimizers[name].step()
