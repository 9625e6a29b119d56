"""The Wasserstein GAN with a gradient penalty."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, ClassVar

import torch
from msgspec import Meta
from torch import Tensor, nn

from models.data import ImageSet, ImageShape
from models.events import Task
from models.families.adversarial import WATCHED, AdversarialFamily, AdversarialSettings, Labeled
from models.families.base import Batch, LearningRate
from models.families.blocks import ConvEncoder, Projection
from models.spread import Spread

PENALIZED = 2  # of so many images one: gradients of gradients are dear

CriticSteps = Annotated[
    int,
    Meta(
        title="Turns of the detective",
        description="How often the detective learns for each time the forger does; the images of a step are shared out"
        " among these turns.",
        ge=1,
        le=10,
    ),
]
Penalty = Annotated[
    float,
    Meta(
        title="Weight of the gradient penalty",
        description="How strictly the detective has to measure distances instead of only telling apart. 0: as far as"
        " two of the images are apart.",
        ge=0,
        le=10_000,
    ),
]


class WganGpSettings(AdversarialSettings, frozen=True, kw_only=True):
    """The settings of `WganGp`."""

    learning_rate: LearningRate = 8e-4
    batch: Batch = 32
    critic_steps: CriticSteps = 2
    """With the paper's 5 the generator would take few steps in the minutes of a CPU."""
    penalty: Penalty = 0.0


class WganGp(AdversarialFamily):
    """The discriminator, here a critic, measures how far made images are from real ones (Arjovsky et al. 2017)."""

    name = "wgan_gp"
    title = "WGAN-GP"
    summary = "A forger that is told how far it is from real images, not only whether it was found out: steady, slow."
    paper = "Gulrajani et al. 2017, “Improved training of Wasserstein GANs”"
    Settings = WganGpSettings
    betas: ClassVar[tuple[float, float]] = (0.0, 0.9)
    loss_titles: ClassVar[dict[str, str]] = {
        "generator": "Forger",
        "discriminator": "Detective",
        "penalty": "Bent yardstick",
        **WATCHED,
    }

    settings: WganGpSettings

    def __init__(self, settings: WganGpSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.spread = Spread()
        self.networks["spread"] = self.spread

    def build_discriminator(self) -> nn.Module:
        return Critic(self.shape, self.classes, self.width)

    @classmethod
    def imbalance(cls, losses: Mapping[str, float]) -> str | None:
        return None

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Measure how far the images are apart."""
        yield from ()
        self.spread.measure(data.images)

    def teach(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        """Several turns, each on its own part of the images; returns the losses of the last."""
        losses: dict[str, Tensor] = {}
        for real_part, fake_part in zip(self._parts(real), self._parts(fake), strict=True):
            losses = super().teach(real_part, fake_part, random)
        return losses

    def _parts(self, images: Labeled) -> list[Labeled]:
        count = self.settings.critic_steps
        return [Labeled(*part) for part in zip(*(each.chunk(count) for each in images), strict=True)]

    def discriminator_losses(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        gap = self.scores(*fake).mean() - self.scores(*real).mean()
        some = real.images[::PENALIZED]
        shares = torch.rand((len(some), 1, 1, 1), generator=random).to(some.device)
        between = torch.lerp(some, fake.images[::PENALIZED], shares).requires_grad_()
        error = slope_error(self.scores(between, real.labels[::PENALIZED]), between)
        return {"discriminator": gap, "penalty": (self.settings.penalty or self.spread.distance) * error}

    def generator_losses(self, fake: Labeled, real: Labeled) -> dict[str, Tensor]:
        return {"generator": -self.scores(*fake).mean()}


def slope_error(scores: Tensor, images: Tensor) -> Tensor:
    """How far the norm of the gradient of each score by its image is from 1: squared, mean over the batch."""
    (gradients,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return (gradients.flatten(1).norm(dim=1) - 1).square().mean()


class Critic(nn.Module):
    """Scores images; normalized one by one, for the penalty is on each image alone."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.encoder = ConvEncoder(shape, width, norm=partial(nn.GroupNorm, 1))
        self.score = nn.Linear(self.encoder.features * self.encoder.height * self.encoder.width, 1)
        self.agreement = Projection(classes, self.encoder.features)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        features = self.encoder(images)
        return self.score(features.flatten(1)).squeeze(1) + self.agreement(features.mean((2, 3)), labels)
