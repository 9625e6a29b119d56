"""Steps that cover parts of the image."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Photometry, Values
from studio.text import trn

MOST_BOXES = 8
Percent = Annotated[float, Meta(ge=0.0, le=75.0)]
Fill = Annotated[Literal["black", "mean"], Meta(title="Fill", description="Black, or the mean color of the image.")]


class Erasing(Photometry, frozen=True):
    category: ClassVar[Category] = "erasing"
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the holes."


class Cutout(Erasing, frozen=True):
    """DeVries & Taylor 2017: a classifier that cannot lean on one spot learns to look at all of them."""

    name: ClassVar[str] = "cutout"
    title: ClassVar[str] = "Cutout"
    summary: ClassVar[str] = "Covers square boxes, so that a classifier learns to use the rest of the image too."
    neutral: ClassVar[dict[str, float]] = {"side": 0.0}
    chance: ClassVar[tuple[str, ...]] = tuple(f"{axis}{box}" for box in range(MOST_BOXES) for axis in "xy")

    side: Annotated[
        tuple[Percent, Percent],
        Meta(
            title="Side",
            description="Side of a box in percent of the image's shorter side.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (10.0, 20.0)
    boxes: Annotated[int, Meta(title="Boxes", description="How many boxes are covered.", ge=1, le=MOST_BOXES)] = 1
    fill: Fill = "black"

    def describe(self) -> str:
        low, high = self.side
        return trn("{n} box, {low:g}–{high:g}%", "{n} boxes, {low:g}–{high:g}%", self.boxes, low=low, high=high)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        height, width = image.shape[:2]
        side = max(1, round(values["side"] / 100 * min(height, width)))
        covered, color = image.copy(), _color(image, self.fill)
        for box in range(self.boxes):
            top = int(values[f"y{box}"] * (height - side + 1))
            left = int(values[f"x{box}"] * (width - side + 1))
            covered[top : top + side, left : left + side] = color
        return covered


def _color(image: np.ndarray, fill: str) -> np.ndarray:
    """What holes are filled with: (C,) of the image's own type."""
    if fill == "black":
        return np.zeros(image.shape[2], image.dtype)
    mean = image.mean((0, 1))
    return (np.rint(mean) if image.dtype == np.uint8 else mean).astype(image.dtype)
