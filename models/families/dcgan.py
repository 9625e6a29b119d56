"""The convolutional GAN."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from models.data import ImageShape
from models.families.adversarial import AdversarialFamily, AdversarialSettings
from models.families.base import Batch, LearningRate
from models.families.blocks import ConvEncoder, Projection


class DcganSettings(AdversarialSettings, frozen=True, kw_only=True):
    """The settings of `Dcgan`."""

    learning_rate: LearningRate = 4e-4
    batch: Batch = 16


class Dcgan(AdversarialFamily):
    """Convolutional generator and discriminator; the class enters by an embedding and by projection."""

    name = "dcgan"
    title = "DCGAN"
    summary = "A forger and a detective that see shapes: crisp texture after minutes, not always the right shapes."
    paper = "Radford et al. 2015, “Unsupervised representation learning with deep convolutional GANs”"
    Settings = DcganSettings
    enough_steps: ClassVar[int] = 3_000

    def build_discriminator(self) -> nn.Module:
        return ProjectionDiscriminator(self.shape, self.classes, self.width)


class ProjectionDiscriminator(nn.Module):
    """Scores an image, and how its features agree with its class (cGANs with projection, Miyato & Koyama 2018)."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.encoder = ConvEncoder(shape, width)
        self.score = nn.Linear(self.encoder.features * self.encoder.height * self.encoder.width, 1)
        self.agreement = Projection(classes, self.encoder.features)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        features = self.encoder(images)
        score = self.score(torch.flatten(features, 1)).squeeze(1)
        return score + self.agreement(features.mean((2, 3)), labels)
