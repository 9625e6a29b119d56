"""The GAN whose discriminator also names the class."""

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, softplus

from models.data import ImageShape
from models.families.adversarial import WATCHED, AdversarialFamily, AdversarialSettings, Labeled
from models.families.base import Batch, LearningRate
from models.families.blocks import ConvEncoder


class AcganSettings(AdversarialSettings, frozen=True, kw_only=True):
    """The settings of `Acgan`."""

    learning_rate: LearningRate = 4e-4
    batch: Batch = 32


class Acgan(AdversarialFamily):
    """The discriminator is not told the class: it has to name it, of real and of made images alike."""

    name = "acgan"
    title = "AC-GAN"
    summary = "A forger, and a detective that must also name the class: classes become distinct, given many images."
    paper = "Odena et al. 2017, “Conditional image synthesis with auxiliary classifier GANs”"
    Settings = AcganSettings
    loss_titles: ClassVar[dict[str, str]] = {
        "generator": "Forger",
        "discriminator": "Detective",
        "real_class": "Class of real images mistaken",
        "fake_class": "Class of forgeries mistaken",
        **WATCHED,
    }

    def build_discriminator(self) -> nn.Module:
        return ClassifyingDiscriminator(self.shape, self.classes, self.width)

    def scores(self, images: Tensor, labels: Tensor) -> Tensor:
        return self.discriminator(images)[0]

    def discriminator_losses(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        real_scores, real_classes = self.discriminator(real.images)
        fake_scores, fake_classes = self.discriminator(fake.images)
        return {
            "discriminator": softplus(-real_scores).mean() + softplus(fake_scores).mean(),
            "real_class": cross_entropy(real_classes, real.labels),
            "fake_class": cross_entropy(fake_classes, fake.labels),
        }

    def generator_losses(self, fake: Labeled, real: Labeled) -> dict[str, Tensor]:
        scores, classes = self.discriminator(fake.images)
        return {"generator": softplus(-scores).mean(), "fake_class": cross_entropy(classes, fake.labels)}


class ClassifyingDiscriminator(nn.Module):
    """Images -> scores (B,), above 0 where taken to be real, and logits of the classes (B, classes)."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.encoder = ConvEncoder(shape, width)
        features = self.encoder.features * self.encoder.height * self.encoder.width
        self.score = nn.Linear(features, 1)
        self.classes = nn.Linear(features, classes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(images).flatten(1)
        return self.score(features).squeeze(1), self.classes(features)
