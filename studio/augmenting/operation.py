"""What the steps of a chain have in common: typed settings, and drawn numbers turned into a change of the image.

An operation never asks a random generator itself. It is given uniform numbers in [0, 1) for each image and maps them to
its parameters, so a seed names the same picture everywhere, whatever else draws random numbers meanwhile.
"""

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
import numpy as np
from msgspec import Meta

if TYPE_CHECKING:
    from torch import Tensor

Range = tuple[float, float]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of step; subclass `Geometry` or `Photometry`, or handle the batch as `Mixup` does."""

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence: what it does to an image."""
    draws: ClassVar[int] = 0
    """Uniform numbers that one image needs."""
    for_generators: ClassVar[bool] = True
    """Whether a generator may learn from images changed in this way; it paints whatever it was shown."""
    generator_note: ClassVar[str] = ""
    """If not, one sentence that says so and why."""

    # Keyword only, so that it comes after an operation's own settings.
    probability: Annotated[
        float,
        Meta(
            title="Probability",
            description="How often the step is applied: 1 is always, 0.5 half of the time.",
            ge=0.0,
            le=1.0,
            extra={"step": 0.05},
        ),
    ] = 1.0

    @abstractmethod
    def describe(self) -> str:
        """The settings in a few words, for the head of the step."""


class Geometry(Operation, frozen=True):
    """Moves pixels without changing them. A chain composes neighboring geometry and resamples once."""

    @abstractmethod
    def matrices(self, draws: np.ndarray, height: int, width: int) -> np.ndarray:
        """Where pixels go: float64 (N, 3, 3) from draws (N, `self.draws`), for points (x, y, 1) in pixels from the
        image's center, x to the right, y down."""


class Photometry(Operation, frozen=True):
    """Changes pixels where they are."""

    @abstractmethod
    def apply(self, images: "Tensor", draws: np.ndarray) -> "Tensor":
        """New images from float32 (N, C, H, W) in 0..1 and draws (N, `self.draws`)."""


def between(bounds: Range, draws: np.ndarray) -> np.ndarray:
    """Uniform draws in [0, 1) moved to a range."""
    low, high = bounds
    return low + draws * (high - low)
