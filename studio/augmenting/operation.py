"""What the steps of a chain have in common: typed settings, and drawn numbers turned into a change of the image.

An operation never asks a random generator itself. It is given uniform numbers in [0, 1) for each image and maps them to
its values, so a seed names the same picture everywhere, whatever else draws random numbers meanwhile.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

import msgspec
import numpy as np
from msgspec import Meta
from msgspec.structs import replace

from models.settings import Field, fields_of
from studio.text import tr

Category = Literal["geometry", "color", "quality", "erasing", "blending", "medical", "inspection"]
CATEGORIES: dict[Category, str] = {
    "geometry": "Geometry",
    "color": "Color",
    "quality": "Blur, noise and compression",
    "erasing": "Erasing",
    "blending": "Blending",
    "medical": "Medical",
    "inspection": "Inspection",
}
"""What operations are sorted by in menus, and its titles."""

Values = Mapping[str, float]
"""What was drawn for one image: a number for each range of the settings, and for each of `Operation.chance`."""

Flips = Annotated[
    float,
    Meta(
        title="How often",
        description="Share of the images that are changed: 0.5 is half of them.",
        ge=0.0,
        le=1.0,
        extra={"step": 0.05},
    ),
]
"""The probability of what is all or nothing."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of step; subclass one of the kinds below.

    Each setting that is a range (a pair) is drawn from uniformly, once an image.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence: what it does to an image."""
    category: ClassVar[Category]
    changes_position: ClassVar[bool] = False
    """Whether masks and boxes change with the image."""
    neutral: ClassVar[Mapping[str, float]] = {}
    """The ranges that say how strong the operation is, and their value at which it leaves the image as it is. Without
    any, it is its probability that says how strong it is."""
    chance: ClassVar[tuple[str, ...]] = ()
    """Names of further uniform numbers in [0, 1) that one image needs."""
    for_generators: ClassVar[bool] = False
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

    def bounds(self) -> list[tuple[float, float]]:
        """Between what each of `names_of` this operation is drawn."""
        ranges = [getattr(self, field.name) for field in ranges_of(type(self))]
        return [*ranges, *((0.0, 1.0) for _ in self.chance)]

    def is_neutral(self, values: Values) -> bool:
        """Whether these values leave the image as it is."""
        return bool(self.neutral) and all(values[name] == value for name, value in self.neutral.items())

    def empties(self) -> bool:
        """Whether nothing of any image would be left to see."""
        return False

    def weakened(self, strength: float) -> Self:
        """Drawn towards what leaves the image as it is: 1 keeps the settings, 0 is no change at all."""
        if strength == 1:
            return self
        if not self.neutral:
            return replace(self, probability=self.probability * strength)
        return replace(self, **{name: self._weakened_range(name, strength) for name in self.neutral})

    def extremes(self) -> tuple[Self, Self]:
        """Both ends: all ranges fixed at their low value, and at their high one; always applied."""
        names = [field.name for field in ranges_of(type(self))]
        low, high = ({name: (getattr(self, name)[end],) * 2 for name in names} for end in (0, 1))
        return replace(self, probability=1.0, **low), replace(self, probability=1.0, **high)

    def describe(self) -> str:
        """The settings in a few words, for the head of the step: the first range that does something, or how often."""
        ranges = ranges_of(type(self))
        if not ranges:
            return tr("{percent:g}%", percent=round(100 * self.probability, 1))
        used = [field for field in ranges if self.is_in_use(field.name)]
        said = used[0] if used else ranges[0]
        words = _in_words(*getattr(self, said.name)) + tr(said.unit)
        is_one_of_several = len(used) == 1 < len(self.neutral)
        return f"{tr(said.title).lower()} {words}" if is_one_of_several else words

    def is_in_use(self, name: str) -> bool:
        """Whether a range says how strong the operation is, and is set to more than what leaves the image as it is."""
        return name in self.neutral and getattr(self, name) != (self.neutral[name],) * 2

    def _weakened_range(self, name: str, strength: float) -> tuple[float, float]:
        neutral = self.neutral[name]
        low, high = (neutral + (bound - neutral) * strength for bound in getattr(self, name))
        return low, high


def _in_words(low: float, high: float) -> str:
    if low == -high < 0:
        return f"±{high:g}"
    ends = [f"{end:g}".replace("-", "−") for end in (low, high)]
    return ends[0] if low == high else tr("{low} to {high}", low=ends[0], high=ends[1])


class Affine(Operation, frozen=True):
    """Moves pixels by a matrix. A chain multiplies neighboring geometry and resamples once."""

    category: ClassVar[Category] = "geometry"
    changes_position: ClassVar[bool] = True
    for_generators: ClassVar[bool] = True

    @abstractmethod
    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        """Where pixels go: float64 (3, 3) for points (x, y, 1) in pixels from the image's center, x to the right, y
        down; the result is divided by its third coordinate."""


class Distortion(Operation, frozen=True):
    """Moves each pixel by a way of its own. A chain composes it with neighboring geometry and resamples once."""

    category: ClassVar[Category] = "geometry"
    changes_position: ClassVar[bool] = True
    for_generators: ClassVar[bool] = True

    @abstractmethod
    def field(self, values: Values, height: int, width: int) -> np.ndarray:
        """From where pixels are fetched: float32 (H, W, 2), the way in pixels right and down to a pixel's source."""


GrayMean = Callable[[np.ndarray], float]
"""The mean gray of the image whose levels have become these."""


class Tone(Operation, frozen=True):
    """Maps levels to levels, alike in each color. A chain composes neighboring tones into one look-up table."""

    category: ClassVar[Category] = "color"
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed tones."

    @abstractmethod
    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        """What becomes of levels, float32 in 0..1 of any shape; what leaves 0..1 is clipped afterwards."""


class Photometry(Operation, frozen=True):
    """Changes pixels where they are."""

    any_depth: ClassVar[bool] = False
    """Whether `apply` takes uint8 in 0..255 too, which spares converting it."""

    @abstractmethod
    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        """A new image from float32 (H, W, 1 or 3) in 0..1, which stays as it is; what leaves 0..1 is clipped."""


class Compound(Operation, frozen=True):
    """Several operations one after the other."""

    @abstractmethod
    def parts(self, values: Values) -> tuple[tuple[Operation, Values], ...]:
        """The operations, each with its values."""


class Boxes(NamedTuple):
    """What is marked in an image by boxes."""

    corners: np.ndarray
    """float (N, 4): x0, y0, x1, y1 in pixels from the image's corner; one that is gone has no area."""
    labels: tuple[Any, ...]
    """Of each box, whatever the caller calls it."""

    def joined(self, corners: np.ndarray, labels: Sequence[Any]) -> "Boxes":
        """With further boxes after them."""
        return Boxes(np.concatenate([self.corners, corners.astype(self.corners.dtype)]), (*self.labels, *labels))


@dataclass
class Batch:
    """Images on their way through a chain, when they meet: what a `Blend` changes in place."""

    images: list[np.ndarray]
    """float32 (H, W, C) in 0..1, all of one shape."""
    masks: list[np.ndarray] | None
    """(H, W)"""
    boxes: list[Boxes] | None
    labels: np.ndarray | None
    """Soft labels, float32 (N, classes)."""


class Blend(Operation, frozen=True):
    """Makes each image from itself and another one of its batch; an image alone stays as it is."""

    category: ClassVar[Category] = "blending"
    generator_note: ClassVar[str] = "Generators train without it: they would paint the blends."

    @abstractmethod
    def blend(self, batch: Batch, values: Mapping[str, np.ndarray], chosen: np.ndarray) -> None:
        """Change the chosen (N,) images of the batch, and their masks, boxes and labels alike."""


class Defect(NamedTuple):
    """A piece of an image that may be put on another one."""

    image: np.ndarray
    """(H, W) or (H, W, C) of the chain's pixel type: the defect and some of what surrounds it."""
    mask: np.ndarray
    """uint8 (H, W): what of it is the defect."""
    label: Any = ""
    """What the box around it is called."""


class Inserted(NamedTuple):
    """An image with a defect on it."""

    image: np.ndarray
    """float32 (H, W, C) in 0..1"""
    marks: np.ndarray
    """uint8 (H, W): the defect's mask where it is now, 0 elsewhere."""
    label: Any


class Insertion(Operation, frozen=True):
    """Puts a defect of the caller's bank on the image; without a bank the image stays as it is."""

    changes_position: ClassVar[bool] = True

    @abstractmethod
    def insert(self, image: np.ndarray, defects: Sequence[Defect], values: Values) -> Inserted | None:
        """A new image from float32 (H, W, C) in 0..1, and so are the defects' images; None if none can be put on it."""


@cache
def ranges_of(kind: type[Operation]) -> tuple[Field, ...]:
    """The settings of an operation that are drawn from."""
    return tuple(field for field in fields_of(kind) if field.kind == "range")


@cache
def names_of(kind: type[Operation]) -> tuple[str, ...]:
    """What is drawn for one image: the ranges, and the chances."""
    return (*(field.name for field in ranges_of(kind)), *kind.chance)


def random_generator(texture: float) -> np.random.Generator:
    """A generator for what needs a number for each pixel, from a single drawn one."""
    return np.random.Generator(np.random.SFC64(int(texture * 2**53)))
