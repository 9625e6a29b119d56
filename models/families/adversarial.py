"""Two networks that learn from each other (generative adversarial networks, Goodfellow et al. 2014)."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, NamedTuple, cast

import torch
from msgspec import Meta
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.optim import Adam

from models.data import ImageSet, ImageShape, to_unit
from models.data_order import GroupedOrder
from models.diff_augment import DiffAugment
from models.families.base import SteppedFamily, SteppedSettings
from models.families.blocks import Condition, ConvGenerator, Projection
from models.holdout import Holdout
from models.memorization import Memorization

CONDITION_STEPS = 200
WATCH_EVERY = 8  # steps: three more looks of the discriminator, of which a step has three with their gradients
FEW_TO_LEARN_FROM = 1_000  # images, with fewer of which a discriminator that is free to soon knows them by heart
UNBALANCED = 3.0  # times as many images in the largest class as in the smallest

TOO_EASY = 0.05
"""Discriminator's loss; two equals score 1.39, and what it says hardly moves the generator where it is always right."""
MOSTLY_BY_HEART = 0.9
MANY_LEAKS = 0.1
DETECTIVE_WINS = "The detective wins too easily: the forger learns little from it. More images help, or a lower rate."
KNOWN_BY_HEART = (
    "The detective knows its images by heart and takes unseen photos for forgeries: more images help, or fewer minutes."
)
LEAKS = (
    "Samples begin to show the gray squares and borders that the detective is shown in training: use an earlier moment."
)

WATCHED = {"by_heart": "Known by heart", "leak": "Squares and borders painted"}

Balance = Annotated[
    Literal["automatic", "always", "never"],
    Meta(
        title="Classes equally often",
        description="Show each class as often as the others, however few images it has. Automatic: where one has more"
        " than three times the images of another.",
    ),
]
ColorVaries = Annotated[
    bool,
    Meta(
        title="Brightness and color mean nothing",
        description="Turn on where neither tells images apart: training then varies them, so that few images last.",
    ),
]
Freeze = Annotated[
    Literal["automatic", "always", "never"],
    Meta(
        title="Keep the detective's first layers",
        description="A run that begins from another one leaves them as they were: they know edges and texture already."
        " Automatic: where it goes on with fewer than 1,000 images, and others than before.",
    ),
]


class AdversarialSettings(SteppedSettings, frozen=True, kw_only=True):
    """What every adversarial family lets the user set besides."""

    balance: Balance = "automatic"
    color_varies: ColorVaries = False
    freeze: Freeze = "automatic"


class Labeled(NamedTuple):
    """Images (B, C, H, W) in [-1, 1] with their classes (B,)."""

    images: Tensor
    labels: Tensor


class AdversarialFamily(SteppedFamily):
    """A generator and a discriminator; subclasses build the latter, and the former where it is another.

    The loss here is the non-saturating one (Goodfellow et al. 2014); subclasses with another one override
    `discriminator_losses` and `generator_losses`. The class is told little by little, so that all classes learn from
    what they have in common first (Shahbazi et al. 2022, “Collapse by conditioning”).
    """

    settings: AdversarialSettings
    holdout: ClassVar[Holdout | None] = Holdout(share=0.05, most=128)
    betas: ClassVar[tuple[float, float]] = (0.5, 0.999)
    """Of both optimizers (Adam, Kingma & Ba 2015)."""
    kind = "gan"
    loss_titles: ClassVar[dict[str, str]] = {"generator": "Forger", "discriminator": "Detective", **WATCHED}

    def __init__(self, settings: AdversarialSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        players = {"generator": self.build_generator(), "discriminator": self.build_discriminator()}
        self.optimizers = {
            name: Adam(network.parameters(), lr=settings.learning_rate, betas=self.betas, fused=True)
            for name, network in players.items()
        }
        self.augment = DiffAugment(settings.color_varies)
        self.memorization = Memorization()
        self.frozen = Frozen(players["discriminator"])
        self.networks = {
            **players,
            "augment": self.augment,
            "memorization": self.memorization,
            "frozen": self.frozen,
        }

    @classmethod
    def trouble(cls, losses: Mapping[str, float]) -> str | None:
        if losses.get("leak", 0.0) > MANY_LEAKS:
            return LEAKS
        if losses.get("by_heart", 0.0) > MOSTLY_BY_HEART:
            return KNOWN_BY_HEART
        return cls.imbalance(losses)

    @classmethod
    def imbalance(cls, losses: Mapping[str, float]) -> str | None:
        """One sentence when recent losses show that one of the two is too strong for the other."""
        return DETECTIVE_WINS if losses.get("discriminator", 1.0) < TOO_EASY else None

    def build_generator(self) -> nn.Module:
        """(latents (B, latent_size), labels (B,)) -> images (B, C, H, W) in [-1, 1]."""
        return ConvGenerator(self.latent_size, self.shape, self.classes, self.width)

    @abstractmethod
    def build_discriminator(self) -> nn.Module:
        """(images, labels) -> scores (B,), the higher the more they look real; see `scores`."""

    @property
    def latent_size(self) -> int:
        return 100

    @property
    def generator(self) -> nn.Module:
        return self.networks["generator"]

    @property
    def discriminator(self) -> nn.Module:
        return self.networks["discriminator"]

    def initialize(self, random: torch.Generator) -> None:
        super().initialize(random)
        for module in self._conditions():
            module.strength.zero_()

    def go_on_from_another(self, images: int, are_new: bool) -> None:
        is_wise = are_new and images < FEW_TO_LEARN_FROM
        self.frozen.is_on.fill_(self.settings.freeze == "always" or (self.settings.freeze == "automatic" and is_wise))

    def groups(self, labels: Tensor) -> list[Tensor]:
        counts = torch.bincount(labels, minlength=self.classes)
        unbalanced = counts.max() > UNBALANCED * counts.min()
        if self.settings.balance == "always" or (self.settings.balance == "automatic" and unbalanced):
            return [torch.nonzero(labels == label).flatten() for label in labels.unique()]
        return super().groups(labels)

    def scores(self, images: Tensor, labels: Tensor) -> Tensor:
        """How real images look to the discriminator: (B,), the higher the more."""
        return self.discriminator(images, labels)

    def discriminator_losses(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        """What the discriminator makes the sum of small, by name."""
        real_loss, fake_loss = softplus(-self.scores(*real)).mean(), softplus(self.scores(*fake)).mean()
        return {"discriminator": real_loss + fake_loss}

    def generator_losses(self, fake: Labeled, real: Labeled) -> dict[str, Tensor]:
        """What the generator makes the sum of small, by name. Both are augmented; only `fake` has a history."""
        return {"generator": softplus(-self.scores(*fake)).mean()}

    def labels_to_forge(self, labels: Tensor, random: torch.Generator) -> Tensor:
        """The classes (B,) to make images of beside real ones of the classes `labels`."""
        return labels

    def forge(self, labels: Tensor, random: torch.Generator) -> Tensor:
        """Fresh images of these classes, with their history."""
        latents = torch.randn(len(labels), self.latent_size, generator=random).to(labels.device)
        return self.generator.train()(latents, labels)

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        """One pass of the generator serves both updates: the discriminator's, then its own."""
        self._strengthen_conditions(number)
        told = self.labels_to_forge(labels, random)
        fakes = self.forge(told, random)
        watched = self.watch(Labeled(images, labels), Labeled(fakes.detach(), told), number, random)
        real = Labeled(self.augment(images, random), labels)
        self.discriminator.requires_grad_(True)
        self.frozen.hold()
        losses = self.teach(real, Labeled(self.augment(fakes.detach(), random), told), random)
        self.discriminator.requires_grad_(False)
        own_losses = self.generator_losses(Labeled(self.augment(fakes, random), told), real)
        self.update("generator", own_losses)
        return {name: loss.detach() for name, loss in (losses | own_losses).items()} | watched

    def teach(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        """Update the discriminator; returns its losses. Both are augmented and without a history."""
        losses = self.discriminator_losses(real, fake, random)
        self.update("discriminator", losses)
        return losses

    def update(self, name: str, losses: Mapping[str, Tensor]) -> None:
        """One step of a player down the sum of its losses."""
        self.optimizers[name].zero_grad()
        torch.stack(tuple(losses.values())).sum().backward()
        self.optimizers[name].step()

    def _strengthen_conditions(self, number: int) -> None:
        """None becomes weaker by it: a run may begin with networks that knew their classes."""
        if number <= CONDITION_STEPS:
            for module in self._conditions():
                module.strength.clamp_(min=number / CONDITION_STEPS)

    def _conditions(self) -> Iterator[Condition | Projection]:
        for player in (self.generator, self.discriminator):
            yield from (module for module in player.modules() if isinstance(module, Condition | Projection))

    @torch.no_grad()
    def watch(self, real: Labeled, fake: Labeled, number: int, random: torch.Generator) -> dict[str, Tensor]:
        """See now and then what is known by heart, and let that decide how many images are changed.

        Before the discriminator learns from these images, so that none has a lead by being the latest.
        """
        if number % WATCH_EVERY == 0:
            self.augment.note_leaks(fake.images, real.images)
            by_heart = 1.0 if self.unseen is None else self._known_by_heart(real, fake, number, random)
            self.augment.adapt(by_heart, WATCH_EVERY * len(real.images))
        watched = {"leak": self.augment.leak.clone()}
        if self.unseen is not None:
            watched["by_heart"] = torch.tensor(self.memorization.by_heart)
        return watched

    def _known_by_heart(self, real: Labeled, fake: Labeled, number: int, random: torch.Generator) -> float:
        looks = (real, self._some_unseen(len(real.images), number), fake)
        self.memorization.update(*(self.scores(self.augment(images, random), labels) for images, labels in looks))
        return self.memorization.by_heart

    def _some_unseen(self, count: int, number: int) -> Labeled:
        """Of the classes in the same proportions as a batch; others at each step."""
        unseen = cast(ImageSet, self.unseen)
        rows = GroupedOrder(0, self.groups(unseen.labels)).indices(number // WATCH_EVERY * count, count)
        device = next(self.discriminator.parameters()).device
        return Labeled(to_unit(unseen.images[rows]).to(device), unseen.labels[rows].to(device))


class Frozen(nn.Module):
    """Keeps the first half of a discriminator's convolutions as they are while `is_on` (Mo et al. 2020, “Freeze the
    discriminator: a simple baseline for fine-tuning GANs”)."""

    is_on: Tensor

    def __init__(self, discriminator: nn.Module) -> None:
        super().__init__()
        layers = _layers(discriminator, nn.Conv2d) or _layers(discriminator, nn.Linear)
        self._held = [parameter for layer in layers[: len(layers) // 2] for parameter in layer.parameters()]
        self.register_buffer("is_on", torch.tensor(False))

    def hold(self) -> None:
        """Let the layers have no gradients, if it is on."""
        if self.is_on:
            for parameter in self._held:
                parameter.requires_grad_(False)


def _layers(network: nn.Module, kind: type[nn.Module]) -> list[nn.Module]:
    """The layers of a kind, from the input on."""
    return [layer for layer in network.modules() if isinstance(layer, kind)]
