"""The semi-supervised GAN: its discriminator is a classifier that learns from unlabeled images too."""

from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, softplus

from models.data import ImageSet, ImageShape, to_unit
from models.events import Task
from models.families.adversarial import WATCHED, AdversarialFamily, AdversarialSettings, Labeled
from models.families.base import Batch, LearningRate
from models.families.blocks import ConvEncoder
from models.holdout import Holdout

CLASS_WEIGHT = 0.1  # of the class that a forgery is to be taken for, beside the features that it is to have
EXAMINE_EVERY = 50  # steps
EXAMINED = 64  # images at once


class SganSettings(AdversarialSettings, frozen=True, kw_only=True):
    """The settings of `Sgan`."""

    learning_rate: LearningRate = 4e-4
    batch: Batch = 32


class Sgan(AdversarialFamily):
    """The discriminator tells K classes of real images and one of forgeries; the generator matches its features.

    An image without a label need only be of some class. Unlike in the paper the generator is told a class, which the
    discriminator has to find in its images again.
    """

    name = "sgan"
    title = "Semi-supervised GAN"
    summary = "Learns from images without labels too, and names the class of unseen ones: for when few are labeled."
    paper = "Salimans et al. 2016, “Improved techniques for training GANs”"
    Settings = SganSettings
    uses_unlabeled: ClassVar[bool] = True
    holdout: ClassVar[Holdout | None] = Holdout(share=0.1, most=256)
    loss_titles: ClassVar[dict[str, str]] = {
        "generator": "Forger",
        "discriminator": "Detective",
        "real_class": "Class of real images mistaken",
        "fake_class": "Class of forgeries mistaken",
        "misnamed": "Share of unseen images misnamed",
        **WATCHED,
    }

    def __init__(self, settings: AdversarialSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.record = Record(classes)
        self.networks["record"] = self.record

    def build_discriminator(self) -> nn.Module:
        return Classifier(self.shape, self.classes, self.width)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Count the classes."""
        yield from ()
        self.record.shares.copy_(torch.bincount(data.labels[data.labels >= 0], minlength=self.classes))

    def groups(self, labels: Tensor) -> list[Tensor]:
        """Half of a batch has labels, while there are any images of each kind."""
        known, unknown = torch.nonzero(labels >= 0).flatten(), torch.nonzero(labels < 0).flatten()
        groups = [known[group] for group in super().groups(labels[known])] if len(known) else []
        return groups + [unknown] * max(1, len(groups)) if len(unknown) else groups

    def scores(self, images: Tensor, labels: Tensor) -> Tensor:
        return realness(self.discriminator(images)[0])

    def labels_to_forge(self, labels: Tensor, random: torch.Generator) -> Tensor:
        """In place of each unknown class one drawn at random, each as often as among the labeled images."""
        drawn = torch.multinomial(self.record.shares.cpu(), len(labels), replacement=True, generator=random)
        return torch.where(labels < 0, drawn.to(labels.device), labels)

    def discriminator_losses(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        logits, _ = self.discriminator(real.images)
        real_loss, fake_loss = softplus(-realness(logits)).mean(), softplus(self.scores(*fake)).mean()
        return {"discriminator": real_loss + fake_loss, "real_class": labeled_cost(logits, real.labels)}

    def generator_losses(self, fake: Labeled, real: Labeled) -> dict[str, Tensor]:
        with torch.no_grad():
            _, real_features = self.discriminator(real.images)
        logits, features = self.discriminator(fake.images)
        return {
            "generator": (features.mean(0) - real_features.mean(0)).abs().mean(),
            "fake_class": CLASS_WEIGHT * cross_entropy(logits, fake.labels),
        }

    def watch(self, real: Labeled, fake: Labeled, number: int, random: torch.Generator) -> dict[str, Tensor]:
        watched = super().watch(real, fake, number, random)
        if self.unseen is None or not (self.unseen.labels >= 0).any():
            return watched
        if number % EXAMINE_EVERY == 1:
            self.record.misnamed.fill_(self._misnamed(self.unseen))
        return watched | {"misnamed": self.record.misnamed.clone()}

    @torch.no_grad()
    def _misnamed(self, unseen: ImageSet) -> Tensor:
        """The share of labeled images whose class is not found, mean over the classes."""
        known = torch.nonzero(unseen.labels >= 0).flatten()
        device = self.record.misnamed.device
        logits = [self.discriminator(to_unit(unseen.images[rows]).to(device))[0] for rows in known.split(EXAMINED)]
        wrong = (torch.cat(logits).argmax(1).cpu() != unseen.labels[known]).double()
        return torch.stack(
            [wrong[unseen.labels[known] == label].mean() for label in unseen.labels[known].unique()]
        ).mean()


def realness(logits: Tensor) -> Tensor:
    """From logits (B, K) of the classes, the odds' logarithm (B,) that an image is of any of them.

    The class of forgeries has the logit 0 (Salimans et al. 2016, section 5).
    """
    return logits.logsumexp(1)


def labeled_cost(logits: Tensor, labels: Tensor) -> Tensor:
    """The cross-entropy, nats, of the images whose class is known; 0 when there are none."""
    known = labels >= 0
    return cross_entropy(logits[known], labels[known], reduction="sum") / known.sum().clamp_min(1)


class Record(nn.Module):
    """What is remembered beside the networks: `shares`, labeled images of each class; `misnamed`, see `loss_titles`."""

    shares: Tensor
    misnamed: Tensor

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.register_buffer("shares", torch.ones(classes))
        self.register_buffer("misnamed", torch.zeros(()))


class Classifier(nn.Module):
    """Images -> logits of the classes (B, classes), and the features (B, n) that generators are to match."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        # Normalized one by one: means over a batch would tell which images came together.
        self.encoder = ConvEncoder(shape, width, norm=partial(nn.GroupNorm, 1))
        self.classes = nn.Linear(self.encoder.features * self.encoder.height * self.encoder.width, classes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(images).flatten(1)
        return self.classes(features), features
