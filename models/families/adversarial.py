"""Two networks that learn from each other (generative adversarial networks, Goodfellow et al. 2014)."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim import Adam

from models.data import ImageShape
from models.diff_augment import DiffAugment
from models.families.base import SteppedFamily, SteppedSettings

TOO_EASY = 0.05
"""Discriminator's loss; two equals score 1.39, and what it says hardly moves the generator where it is always right."""
DETECTIVE_WINS = "The detective wins too easily: the forger learns little from it. More images help, or a lower rate."


class AdversarialFamily(SteppedFamily):
    """A generator and a discriminator with the non-saturating loss; subclasses build the two networks."""

    loss_titles: ClassVar[dict[str, str]] = {"generator": "Forger", "discriminator": "Detective"}

    def __init__(self, settings: SteppedSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        players = {"generator": self.build_generator(), "discriminator": self.build_discriminator()}
        self.optimizers = {
            name: Adam(network.parameters(), lr=settings.learning_rate, betas=(0.5, 0.999), fused=True)
            for name, network in players.items()
        }
        self.augment = DiffAugment()
        self.networks = {**players, "augment": self.augment}

    @classmethod
    def trouble(cls, losses: Mapping[str, float]) -> str | None:
        return DETECTIVE_WINS if losses.get("discriminator", 1.0) < TOO_EASY else None

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

        real_scores = discriminator(self.augment(images, random), labels)
        fake_scores = discriminator(self.augment(fakes.detach(), random), labels)
        loss = softplus(-real_scores).mean() + softplus(fake_scores).mean()
        self._update("discriminator", loss)
        self.augment.adapt(real_scores)

        discriminator.requires_grad_(False)
        generator_loss = softplus(-discriminator(self.augment(fakes, random), labels)).mean()
        self._update("generator", generator_loss)
        discriminator.requires_grad_(True)
        return {"generator": generator_loss.detach(), "discriminator": loss.detach()}

    def _update(self, name: str, loss: Tensor) -> None:
        self.optimizers[name].zero_grad()
        loss.backward()
        self.optimizers[name].step()
