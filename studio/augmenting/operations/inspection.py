"""Steps that do what cameras over a production line see: uneven light, gloss, scratches and dust."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Photometry, Values, random_generator

SHARP_BITS = 4
"""Bits after the point of the coordinates of a scratch."""
SOFT_EDGE = 0.5
"""Pixels by which OpenCV makes a smooth circle larger."""
Percent = Annotated[float, Meta(ge=0.0, le=100.0)]


class Overlay(Photometry, frozen=True):
    category: ClassVar[Category] = "inspection"
    generator_note: ClassVar[str] = "Generators train without it: they would paint the overlay."


class IlluminationGradient(Overlay, frozen=True):
    name: ClassVar[str] = "illumination_gradient"
    title: ClassVar[str] = "Uneven light"
    summary: ClassVar[str] = "Lights one side of the image more than the other."
    neutral: ClassVar[dict[str, float]] = {"amount": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("direction",)

    amount: Annotated[
        tuple[Percent, Percent],
        Meta(
            title="Amount",
            description="How much brighter the one side and darker the other gets, in percent.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (5.0, 30.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        y, x = (np.linspace(-1, 1, length, dtype=np.float32) for length in image.shape[:2])
        angle = 2 * np.pi * values["direction"]
        sideways, upwards = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        slope = np.add.outer(upwards * y, sideways * x) / (abs(sideways) + abs(upwards))
        return image * (1 + slope * np.float32(values["amount"] / 100))[..., None]


class SpecularSpot(Overlay, frozen=True):
    name: ClassVar[str] = "specular_spot"
    title: ClassVar[str] = "Gloss"
    summary: ClassVar[str] = "Adds a bright spot with soft edges, as a lamp makes on metal or wet tissue."
    neutral: ClassVar[dict[str, float]] = {"brightness": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("x", "y", "direction", "proportion")

    brightness: Annotated[
        tuple[Percent, Percent],
        Meta(title="Brightness", description="100 makes its middle white.", extra={"unit": "%", "step": 1.0}),
    ] = (30.0, 100.0)
    size: Annotated[
        tuple[Annotated[float, Meta(ge=1.0, le=50.0)], Annotated[float, Meta(ge=1.0, le=50.0)]],
        Meta(title="Size", description="In percent of the shorter side.", extra={"unit": "%", "step": 1.0}),
    ] = (4.0, 15.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        """Towards white by a Gaussian, up to three times as long as it is wide."""
        height, width = image.shape[:2]
        angle = np.pi * values["direction"]
        x = np.arange(width, dtype=np.float32) - values["x"] * width
        y = np.arange(height, dtype=np.float32)[:, None] - values["y"] * height
        long = values["size"] / 200 * min(height, width)
        short = long / (1 + 2 * values["proportion"])
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        spot = np.exp(-((along / long) ** 2 + (across / short) ** 2) / 2) * (values["brightness"] / 100)
        return image + (1 - image) * spot.astype(np.float32)[..., None]


class Scratches(Overlay, frozen=True):
    name: ClassVar[str] = "scratches"
    title: ClassVar[str] = "Scratches"
    summary: ClassVar[str] = "Draws fine bright or dark lines. Leave it out where scratches are defects."
    neutral: ClassVar[dict[str, float]] = {"count": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("texture",)

    count: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=50.0)], Annotated[float, Meta(ge=0.0, le=50.0)]],
        Meta(title="Scratches", description="How many.", extra={"step": 1.0}),
    ] = (1.0, 5.0)
    opacity: Annotated[
        tuple[Percent, Percent],
        Meta(title="Opacity", description="100 hides what is under them.", extra={"unit": "%", "step": 1.0}),
    ] = (20.0, 60.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        """Gently bent lines a fortieth to half of the diagonal long, light or dark at random."""
        random = random_generator(values["texture"])
        for _ in range(round(values["count"])):
            image = _blended(image, _line(random, *image.shape[:2]), values["opacity"], float(random.integers(2)))
        return image


class Dust(Overlay, frozen=True):
    name: ClassVar[str] = "dust"
    title: ClassVar[str] = "Dust"
    summary: ClassVar[str] = "Puts small dark specks on the image. Leave it out where specks are defects."
    neutral: ClassVar[dict[str, float]] = {"count": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("texture",)

    count: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=200.0)], Annotated[float, Meta(ge=0.0, le=200.0)]],
        Meta(title="Specks", description="How many.", extra={"step": 1.0}),
    ] = (5.0, 30.0)
    size: Annotated[
        tuple[Annotated[float, Meta(ge=0.1, le=5.0)], Annotated[float, Meta(ge=0.1, le=5.0)]],
        Meta(title="Size", description="In percent of the shorter side.", extra={"unit": "%", "step": 0.1}),
    ] = (0.6, 2.0)
    opacity: Annotated[
        tuple[Percent, Percent],
        Meta(title="Opacity", description="100 hides what is under them.", extra={"unit": "%", "step": 1.0}),
    ] = (30.0, 80.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        import cv2

        random = random_generator(values["texture"])
        height, width = image.shape[:2]
        cover = np.zeros((height, width), np.uint8)
        largest = values["size"] / 200 * min(height, width)
        specks = ([0, 0, 0.3] + random.random((round(values["count"]), 3)) * [1, 1, 0.7]) * [width, height, largest]
        specks[:, 2] = (specks[:, 2] - SOFT_EDGE).clip(0)
        for x, y, radius in _fixed_point(specks).tolist():
            cv2.circle(cover, (x, y), radius, 255, cv2.FILLED, cv2.LINE_AA, SHARP_BITS)
        return _blended(image, cover, values["opacity"], 0.0)


def _line(random: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A bent line, uint8 (H, W)."""
    import cv2

    start, angle = random.random(2) * (width, height), random.uniform(0, 2 * np.pi)
    length = np.hypot(height, width) * random.uniform(0.025, 0.5)
    turns = angle + np.cumsum(random.normal(0, 0.06, 12))
    steps = np.stack([np.cos(turns), np.sin(turns)], 1) * length / len(turns)
    points = _fixed_point(start + np.cumsum(steps, 0))
    cover = np.zeros((height, width), np.uint8)
    return cv2.polylines(cover, [points], False, 255, 1, cv2.LINE_AA, SHARP_BITS)


def _blended(image: np.ndarray, cover: np.ndarray, opacity: float, level: float) -> np.ndarray:
    """The image with a level over it where it is covered, uint8 (H, W)."""
    share = cover[..., None] * np.float32(opacity / 100 / 255)
    return image + (np.float32(level) - image) * share


def _fixed_point(coordinates: np.ndarray) -> np.ndarray:
    """As OpenCV wants them."""
    return np.rint(coordinates * 2**SHARP_BITS).astype(np.int32)
