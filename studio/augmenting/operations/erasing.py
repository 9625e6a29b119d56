"""Steps that cover parts of the image."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Photometry, Values, random_generator
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
        if low == high:
            return trn("{n} box, {side:g}%", "{n} boxes, {side:g}%", self.boxes, side=low)
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


class RandomErasing(Erasing, frozen=True):
    """Zhong et al. 2020."""

    name: ClassVar[str] = "random_erasing"
    title: ClassVar[str] = "Random erasing"
    summary: ClassVar[str] = "Covers one rectangle of any proportions with noise."
    neutral: ClassVar[dict[str, float]] = {"area": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("proportion", "x", "y", "texture")

    area: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=50.0)], Annotated[float, Meta(ge=0.0, le=50.0)]],
        Meta(title="Area", description="Share of the image that is covered.", extra={"unit": "%", "step": 1.0}),
    ] = (2.0, 20.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        """The sides' proportion is between 0.3 and 1/0.3, as in the paper."""
        height, width = image.shape[:2]
        proportion = 0.3 ** (1 - 2 * values["proportion"])
        tall, wide = (
            min(side, max(1, round((values["area"] / 100 * height * width * share) ** 0.5)))
            for side, share in ((height, proportion), (width, 1 / proportion))
        )
        top, left = int(values["y"] * (height - tall + 1)), int(values["x"] * (width - wide + 1))
        noise = random_generator(values["texture"]).random((tall, wide, image.shape[2]), np.float32)
        erased = image.copy()
        erased[top : top + tall, left : left + wide] = noise if image.dtype != np.uint8 else noise * 255
        return erased


class GridMask(Erasing, frozen=True):
    """Chen et al. 2020."""

    name: ClassVar[str] = "grid_mask"
    title: ClassVar[str] = "Grid mask"
    summary: ClassVar[str] = "Covers squares in a regular grid, so that something of everything stays visible."
    neutral: ClassVar[dict[str, float]] = {"covered": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("x", "y")

    covered: Annotated[
        tuple[Percent, Percent],
        Meta(title="Covered", description="Side of a square in percent of its cell.", extra={"unit": "%", "step": 1.0}),
    ] = (30.0, 50.0)
    cell: Annotated[
        tuple[Annotated[float, Meta(ge=5.0, le=100.0)], Annotated[float, Meta(ge=5.0, le=100.0)]],
        Meta(title="Cell", description="In percent of the shorter side.", extra={"unit": "%", "step": 1.0}),
    ] = (20.0, 35.0)
    fill: Fill = "black"

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        height, width = image.shape[:2]
        cell = max(2, round(values["cell"] / 100 * min(height, width)))
        side = round(values["covered"] / 100 * cell)
        rows, columns = (
            (np.arange(length) + int(offset * cell)) % cell < side
            for offset, length in ((values["y"], height), (values["x"], width))
        )
        erased = image.copy()
        erased[np.ix_(rows, columns)] = _color(image, self.fill)
        return erased


class CoarseDropout(Erasing, frozen=True):
    name: ClassVar[str] = "coarse_dropout"
    title: ClassVar[str] = "Coarse dropout"
    summary: ClassVar[str] = "Covers many small rectangles all over the image."
    neutral: ClassVar[dict[str, float]] = {"holes": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("texture",)

    holes: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=100.0)], Annotated[float, Meta(ge=0.0, le=100.0)]],
        Meta(title="Holes", description="How many.", extra={"step": 1.0}),
    ] = (8.0, 24.0)
    side: Annotated[
        tuple[Annotated[float, Meta(ge=1.0, le=30.0)], Annotated[float, Meta(ge=1.0, le=30.0)]],
        Meta(
            title="Side",
            description="Longest side of a hole in percent of the image's shorter side; the shortest is half of it.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (4.0, 8.0)
    fill: Fill = "black"

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        height, width = image.shape[:2]
        random = random_generator(values["texture"])
        longest = values["side"] / 100 * min(height, width)
        erased, color = image.copy(), _color(image, self.fill)
        for tall, wide, y, x in random.random((round(values["holes"]), 4)):
            tall, wide = (max(1, round(longest * (0.5 + 0.5 * share))) for share in (tall, wide))
            top, left = int(y * (height - tall + 1)), int(x * (width - wide + 1))
            erased[top : top + tall, left : left + wide] = color
        return erased


def _color(image: np.ndarray, fill: str) -> np.ndarray:
    """What holes are filled with: (C,) of the image's own type."""
    import cv2

    if fill == "black":
        return np.zeros(image.shape[2], image.dtype)
    mean = np.array(cv2.mean(image)[: image.shape[2]])
    return (np.rint(mean) if image.dtype == np.uint8 else mean).astype(image.dtype)
