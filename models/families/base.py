"""What every family of generators has in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import msgspec
import torch
from msgspec import Meta
from torch import Tensor, nn
from torch.optim import Optimizer

from models.data import ImageSet, ImageShape
from models.events import Task
from models.holdout import Holdout
from models.state import State, load_network, pack, unpack

Width = Annotated[
    int,
    Meta(
        title="Width of the networks",
        description="More is richer but slower. 0: the widest that takes about a thousand steps in the minutes given.",
        ge=0,
        le=512,
    ),
]
LearningRate = Annotated[
    float,
    Meta(
        title="Learning rate",
        description="How far each step moves the networks. Lower it when training breaks down.",
        ge=1e-6,
        le=0.1,
        extra={"step": 1e-4},
    ),
]
Batch = Annotated[
    int,
    Meta(
        title="Images a step",
        description="How many images each step learns from. More is steadier but slower.",
        ge=2,
        le=1024,
        extra={"unit": "images"},
    ),
]


class Family(ABC):
    """A kind of generator: built for one image shape and number of classes, it learns and then samples.

    Subclass `FittedFamily` (learns at once) or `SteppedFamily` (learns by gradient steps), not this class.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence for someone who has never heard of it."""
    paper: ClassVar[str]
    kind: ClassVar[str] = ""
    """"gan", "autoencoder" or "diffusion", by what it descends from; empty for what belongs to none of them."""
    Settings: ClassVar[type[msgspec.Struct]]
    uses_unlabeled: ClassVar[bool] = False
    """Whether images of unknown class (label -1) are learned from; other families are never given any."""

    def __init__(self, settings: msgspec.Struct, shape: ImageShape, classes: int) -> None:
        self.settings = settings
        self.shape = shape
        self.classes = classes

    @classmethod
    def usable(cls, data: ImageSet) -> ImageSet:
        """The images of `data` that it can learn from."""
        return data if cls.uses_unlabeled else data.labeled()

    @property
    @abstractmethod
    def latent_size(self) -> int:
        """Standard normal numbers that one sample is made from."""

    @abstractmethod
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        """Images from latents (n, latent_size) and labels int64 (n,): float32 (n, C, H, W) in [-1, 1].

        Deterministic: the same latents and labels give the same images.
        """

    @abstractmethod
    def state(self) -> dict[str, Tensor]:
        """Everything needed to sample and, with the trainer's random states, to go on learning bit for bit."""

    @abstractmethod
    def load_state(self, state: dict[str, Tensor]) -> None:
        """Take over what `state` returned."""

    def sampling_state(self) -> State:
        """The part of it that sampling needs."""
        return self.state()

    def load_sampling_state(self, state: State) -> None:
        """Take over what `sampling_state` returned. Raises `RuntimeError` or `KeyError` where it does not fit."""
        self.load_state(state)


class FittedFamily(Family):
    """A family that is fitted at once, in seconds, rather than by gradient steps."""

    @abstractmethod
    def fit(self, data: ImageSet, seed: int) -> Task[dict[str, float]]:
        """Learn from `data`: at least two images in all and one of each class.

        Yields `Progress` and returns what was found (by name) for the run's record.
        """


class SteppedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every family that is trained by gradient steps lets the user set."""

    width: Width = 0
    learning_rate: LearningRate
    batch: Batch


class SteppedFamily(Family):
    """A family whose networks are trained by gradient steps.

    The trainer owns time, batches, random numbers, the moving average and checkpoints; the family owns networks,
    losses and optimizers. A subclass's `__init__` calls `super().__init__` first and then builds them.
    """

    settings: SteppedSettings
    widths: ClassVar[tuple[int, ...]] = (16, 24, 32, 48, 64)
    """The widths that the speed probe chooses from, ascending."""
    default_width: ClassVar[int] = 16
    """The width when there is no budget of minutes to choose by."""
    enough_steps: ClassVar[int] = 1_000
    """With fewer, more width makes samples worse, not better: the widest networks with which so many fit are taken."""
    shares_of_run: ClassVar[Mapping[str, float]] = {}
    """For settings that count steps: at 0, what share they are of the steps that the minutes of a run hold."""
    steady_steps: ClassVar[int] = 4_000
    """How long the learning rate stays as it is set."""
    loss_titles: ClassVar[dict[str, str]]
    """For each loss by name, what to call it in a plot."""
    losses_note: ClassVar[str] = "they show balance, not quality"
    """What such curves are good for, in a few words."""

    holdout: ClassVar[Holdout | None] = None
    """How many of the training images are to be kept in `unseen`; None where the family has no use for them."""

    unseen: ImageSet | None = None
    """Training images that no step is given, where the learner has set any aside."""
    networks: dict[str, nn.Module]
    optimizers: dict[str, Optimizer]

    def __init__(self, settings: SteppedSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.width = settings.width or self.default_width

    @property
    @abstractmethod
    def generator(self) -> nn.Module:
        """The one of `networks` that samples are made with; the trainer keeps a moving average of it.

        (latents, labels) -> images in [-1, 1], unless the family samples in another way.
        """

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """What is settled once for the whole run, before its first step. Yields `Progress`."""
        yield from ()

    def go_on_from_another(self, images: int, are_new: bool) -> None:
        """Called before the first step of a run that begins with all networks of another one.

        images: how many it learns from. are_new: whether they are others than before.
        """

    def groups(self, labels: Tensor) -> list[Tensor]:
        """Indices of the images with these labels (N,), in groups that batches draw from equally often.

        Here one group: each image comes equally often.
        """
        return [torch.arange(len(labels))]

    @abstractmethod
    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        """One update of every network; returns detached scalar losses by name.

        images: float32 (B, C, H, W) in [-1, 1]; labels: int64 (B,); number: of this step, from 1 on. All chance must
        come from `random`, and nothing may depend on how long the run will be: then resuming is exact.
        """

    @classmethod
    def trouble(cls, losses: Mapping[str, float]) -> str | None:
        """One sentence when recent losses by name show that the networks no longer learn from each other."""
        return None

    def settle(self, data: ImageSet, seed: int) -> None:
        """What the networks as they are and the images decide together; called before samples are made or kept.

        Here nothing. What it settles is a part of `sampling_state`, and follows from these alone: it is settled anew
        after resuming.
        """

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        """What the generator makes of them: in a VAE the mean, for noise of its variance would only add grain."""
        device = next(self.generator.parameters()).device
        return self.generator.eval()(latents.to(device), labels.to(device))

    def to(self, device: torch.device) -> Self:
        """Move the networks, before their first step."""
        for network in self.networks.values():
            network.to(device)
        return self

    def initialize(self, random: torch.Generator) -> None:
        """Fresh weights, from `random` alone.

        Convolutions N(0, 0.02) (Radford et al. 2015), full layers N(0, 1 / inputs) (LeCun et al. 1998), class codes
        N(0, 1), gains 1, biases 0.
        """
        for network in self.networks.values():
            for module in network.modules():
                _initialize(module, random)

    def set_rates(self, number: int, caution: float = 1.0) -> None:
        """This step's learning rate: constant for `steady_steps`, then falling with the root of the step number.

        caution: what part of it is taken, less than 1 after training broke down.
        """
        rate = caution * self.settings.learning_rate * min(1.0, (self.steady_steps / number) ** 0.5)
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = rate

    def state(self) -> State:
        return pack(self.networks, self.optimizers)

    def load_state(self, state: State) -> None:
        unpack(self.networks, self.optimizers, state)

    def sampling_state(self) -> State:
        return dict(self.generator.state_dict())

    def load_sampling_state(self, state: State) -> None:
        load_network(self.generator, state)


def _initialize(module: nn.Module, random: torch.Generator) -> None:
    for name, parameter in module.named_parameters(recurse=False):
        if name == "bias":
            nn.init.zeros_(parameter)
        elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.GroupNorm):
            nn.init.ones_(parameter)
        else:
            nn.init.normal_(parameter, 0.0, _deviation(module), generator=random)


def _deviation(module: nn.Module) -> float:
    """The standard deviation of fresh weights."""
    if isinstance(module, nn.Linear):
        return module.in_features**-0.5
    return 1.0 if isinstance(module, nn.Embedding) else 0.02
