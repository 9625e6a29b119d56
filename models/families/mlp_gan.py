"""The fully connected GAN: the simplest there is."""

from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn

from models.data import ImageShape
from models.families.adversarial import AdversarialFamily, AdversarialSettings
from models.families.base import Batch, LearningRate
from models.families.blocks import Condition

GROWTH = (1, 2, 4, 8)  # units of the hidden layers, times the width


class MlpGanSettings(AdversarialSettings, frozen=True, kw_only=True):
    """The settings of `MlpGan`."""

    learning_rate: LearningRate = 2e-4
    batch: Batch = 64


class MlpGan(AdversarialFamily):
    """Fully connected generator and discriminator, non-saturating loss, images in the range of Tanh."""

    name = "mlp_gan"
    title = "Simple GAN"
    summary = "A forger and a detective that know nothing of neighboring pixels: a baseline, grainy."
    paper = "Goodfellow et al. 2014, “Generative adversarial nets”"
    Settings = MlpGanSettings
    widths: ClassVar[tuple[int, ...]] = (16, 32, 64, 128)
    default_width = 64

    def build_generator(self) -> nn.Module:
        return Generator(self.latent_size, self.shape, self.classes, self.width)

    def build_discriminator(self) -> nn.Module:
        return Discriminator(self.shape, self.classes, self.width)


class Generator(nn.Module):
    """Layers that double in size up to the image."""

    def __init__(self, latent_size: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.shape = (shape.channels, shape.height, shape.width)
        self.condition = Condition(classes)
        sizes = [latent_size + self.condition.size, *(width * growth for growth in GROWTH)]
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(sizes):
            layers += [nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.2)]
        layers += [nn.Linear(sizes[-1], shape.channels * shape.height * shape.width), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        return self.layers(self.condition(latents, labels)).unflatten(1, self.shape)


class Discriminator(nn.Module):
    """Two hidden layers; the class is told beside the pixels (conditional GAN, Mirza & Osindero 2014)."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.condition = Condition(classes)
        pixels = shape.channels * shape.height * shape.width
        self.layers = nn.Sequential(
            nn.Linear(pixels + self.condition.size, 4 * width),
            nn.LeakyReLU(0.2),
            nn.Linear(4 * width, 2 * width),
            nn.LeakyReLU(0.2),
            nn.Linear(2 * width, 1),
        )

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        return self.layers(self.condition(torch.flatten(images, 1), labels)).squeeze(1)
