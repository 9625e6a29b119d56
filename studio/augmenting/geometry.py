"""Steps that move pixels: rotate, translate, scale, crop, flip."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Geometry, between
from studio.text import tr

Flips = Annotated[
    float,
    Meta(
        title="How often",
        description="Share of the images that are flipped: 0.5 is half of them.",
        ge=0.0,
        le=1.0,
        extra={"step": 0.05},
    ),
]


class Rotate(Geometry, frozen=True):
    name: ClassVar[str] = "rotate"
    title: ClassVar[str] = "Rotate"
    summary: ClassVar[str] = "Turns the image about its center."
    draws: ClassVar[int] = 1

    angle: Annotated[
        tuple[Annotated[float, Meta(ge=-90.0, le=90.0)], Annotated[float, Meta(ge=-90.0, le=90.0)]],
        Meta(title="Angle", description="Positive turns counterclockwise.", extra={"unit": "°", "step": 1.0}),
    ] = (-8.0, 8.0)

    def describe(self) -> str:
        return tr("{low:g}° to {high:g}°", low=self.angle[0], high=self.angle[1]).replace("-", "−")

    def matrices(self, draws: np.ndarray, height: int, width: int) -> np.ndarray:
        angle = np.radians(between(self.angle, draws[:, 0]))
        matrices = _identities(len(draws))
        matrices[:, 0, 0] = matrices[:, 1, 1] = np.cos(angle)
        matrices[:, 0, 1] = np.sin(angle)  # y points down
        matrices[:, 1, 0] = -np.sin(angle)
        return matrices


class Translate(Geometry, frozen=True):
    name: ClassVar[str] = "translate"
    title: ClassVar[str] = "Translate"
    summary: ClassVar[str] = "Shifts the image sideways and up or down."
    draws: ClassVar[int] = 2

    distance: Annotated[
        float,
        Meta(
            title="Distance",
            description="How far at most, in percent of the width and of the height.",
            ge=0.0,
            le=50.0,
            extra={"unit": "%", "step": 1.0},
        ),
    ] = 4.0

    def describe(self) -> str:
        return tr("up to {distance:g}%", distance=self.distance)

    def matrices(self, draws: np.ndarray, height: int, width: int) -> np.ndarray:
        shares = between((-self.distance, self.distance), draws) / 100
        return _translations(shares[:, 0] * width, shares[:, 1] * height)


class Scale(Geometry, frozen=True):
    name: ClassVar[str] = "scale"
    title: ClassVar[str] = "Scale"
    summary: ClassVar[str] = "Makes what is in the image larger or smaller; the image keeps its size."
    draws: ClassVar[int] = 1

    factor: Annotated[
        tuple[Annotated[float, Meta(ge=0.5, le=2.0)], Annotated[float, Meta(ge=0.5, le=2.0)]],
        Meta(title="Factor", description="1 leaves the size, 1.1 enlarges by a tenth.", extra={"step": 0.01}),
    ] = (0.95, 1.05)

    def describe(self) -> str:
        return tr("{low:g} to {high:g} times", low=self.factor[0], high=self.factor[1])

    def matrices(self, draws: np.ndarray, height: int, width: int) -> np.ndarray:
        return _scalings(between(self.factor, draws[:, 0]))


class Crop(Geometry, frozen=True):
    name: ClassVar[str] = "crop"
    title: ClassVar[str] = "Crop"
    summary: ClassVar[str] = "Cuts out a part somewhere in the image and enlarges it to the image's size."
    draws: ClassVar[int] = 3

    kept: Annotated[
        tuple[Annotated[float, Meta(ge=10.0, le=100.0)], Annotated[float, Meta(ge=10.0, le=100.0)]],
        Meta(
            title="Kept",
            description="Share of the width and of the height that is kept.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (85.0, 100.0)

    def describe(self) -> str:
        return tr("{low:g}% to {high:g}% kept", low=self.kept[0], high=self.kept[1])

    def matrices(self, draws: np.ndarray, height: int, width: int) -> np.ndarray:
        kept = between(self.kept, draws[:, 0]) / 100
        room = (1 - kept) / 2  # of each side, from the center
        x, y = (between((-1.0, 1.0), draws[:, axis]) * room * side for axis, side in ((1, width), (2, height)))
        return _scalings(1 / kept) @ _translations(x, y)


class FlipHorizontal(Geometry, frozen=True):
    name: ClassVar[str] = "flip_horizontal"
    title: ClassVar[str] = "Flip left–right"
    summary: ClassVar[str] = "Mirrors the image. Leave it out where left and right differ in meaning."

    probability: Flips = 0.5

    def describe(self) -> str:
        return tr("{percent:g}%", percent=round(100 * self.probability, 1))

    def matrices(self, draws: np.ndarray, height: int, width: int) -> np.ndarray:
        return np.tile(np.diag([-1.0, 1.0, 1.0]), (len(draws), 1, 1))


class FlipVertical(Geometry, frozen=True):
    name: ClassVar[str] = "flip_vertical"
    title: ClassVar[str] = "Flip top–bottom"
    summary: ClassVar[str] = "Turns the image upside down. Leave it out where images have a fixed up."

    probability: Flips = 0.5

    def describe(self) -> str:
        return tr("{percent:g}%", percent=round(100 * self.probability, 1))

    def matrices(self, draws: np.ndarray, height: int, width: int) -> np.ndarray:
        return np.tile(np.diag([1.0, -1.0, 1.0]), (len(draws), 1, 1))


def _identities(n: int) -> np.ndarray:
    return np.tile(np.eye(3), (n, 1, 1))


def _translations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    matrices = _identities(len(x))
    matrices[:, 0, 2] = x
    matrices[:, 1, 2] = y
    return matrices


def _scalings(factor: np.ndarray) -> np.ndarray:
    matrices = _identities(len(factor))
    matrices[:, 0, 0] = matrices[:, 1, 1] = factor
    return matrices
