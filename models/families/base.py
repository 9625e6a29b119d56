"""What every family of generators has in common."""

from abc import ABC, abstractmethod
from typing import ClassVar

import msgspec
from torch import Tensor, nn

from models.data import ImageSet, ImageShape
from models.events import Task


class Family(ABC):
    """A kind of generator: built for one image shape and number of classes, it learns and then samples.

    Subclass `FittedFamily` (learns at once) or `SteppedFamily` (learns by gradient steps), not this class.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence for someone who has never heard of it."""
    paper: ClassVar[str]
    Settings: ClassVar[type[msgspec.Struct]]

    def __init__(self, settings: msgspec.Struct, shape: ImageShape, classes: int) -> None:
        self.settings = settings
        self.shape = shape
        self.classes = classes

    @property
    @abstractmethod
    def latent_size(self) -> int:
        """Standard normal numbers that one sample is made from."""

    @abstractmethod
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        """Images from latents (n, latent_size) and labels int64 (n,): float32 (n, C, H, W) in [-1, 1]. Deterministic."""

    @abstractmethod
    def state(self) -> dict[str, Tensor]:
        """Everything needed to sample and, with the trainer's random states, to go on learning bit for bit."""

    @abstractmethod
    def load_state(self, state: dict[str, Tensor]) -> None:
        """Take over what `state` returned."""


class FittedFamily(Family):
    """A family that is fitted at once, in seconds, rather than by gradient steps."""

    @abstractmethod
    def fit(self, data: ImageSet, seed: int) -> Task[dict[str, float]]:
        """Learn from `data`; yields `Progress` and returns what was found (by name) for the run's record."""


class SteppedFamily(Family):
    """A family whose networks are trained by gradient steps.

    The trainer owns time, batches, the moving average and checkpoints; the family owns networks, losses and optimizers.
    """

    @property
    @abstractmethod
    def generator(self) -> nn.Module:
        """The network that samples are made with; the trainer keeps a moving average of it."""

    @abstractmethod
    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """One update of every network from images float32 (B, C, H, W) in [-1, 1]; returns detached scalar losses by name."""
