"""Steps that move pixels by a matrix: rotate, translate, scale, shear, perspective."""

from math import cos, radians, sin, tan
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Affine, Values

Angle = Annotated[float, Meta(ge=-180.0, le=180.0)]
Shift = Annotated[float, Meta(ge=-50.0, le=50.0, extra={"typical": (-20.0, 20.0)})]
Tilt = Annotated[float, Meta(ge=-45.0, le=45.0, extra={"typical": (-20.0, 20.0)})]


class Rotate(Affine, frozen=True):
    name: ClassVar[str] = "rotate"
    title: ClassVar[str] = "Rotate"
    summary: ClassVar[str] = "Turns the image about its center."
    neutral: ClassVar[dict[str, float]] = {"angle": 0.0}

    angle: Annotated[
        tuple[Angle, Angle],
        Meta(
            title="Angle",
            description="Positive turns counterclockwise.",
            extra={"unit": "°", "step": 1.0, "typical": (-45.0, 45.0)},
        ),
    ] = (-8.0, 8.0)

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        angle = radians(values["angle"])
        return np.array([[cos(angle), sin(angle), 0.0], [-sin(angle), cos(angle), 0.0], [0.0, 0.0, 1.0]])  # y goes down


class Translate(Affine, frozen=True):
    name: ClassVar[str] = "translate"
    title: ClassVar[str] = "Translate"
    summary: ClassVar[str] = "Shifts the image sideways and up or down."
    neutral: ClassVar[dict[str, float]] = {"x": 0.0, "y": 0.0}

    x: Annotated[
        tuple[Shift, Shift],
        Meta(
            title="Sideways",
            description="In percent of the width; positive is right.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (-4.0, 4.0)
    y: Annotated[
        tuple[Shift, Shift],
        Meta(
            title="Up and down",
            description="In percent of the height; positive is down.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (-4.0, 4.0)

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        return translation(values["x"] / 100 * width, values["y"] / 100 * height)


class Scale(Affine, frozen=True):
    name: ClassVar[str] = "scale"
    title: ClassVar[str] = "Scale"
    summary: ClassVar[str] = "Makes what is in the image larger or smaller; the image keeps its size."
    neutral: ClassVar[dict[str, float]] = {"factor": 1.0}

    factor: Annotated[
        tuple[Annotated[float, Meta(ge=0.5, le=2.0)], Annotated[float, Meta(ge=0.5, le=2.0)]],
        Meta(
            title="Factor",
            description="1 leaves the size, 1.1 enlarges by a tenth.",
            extra={"unit": "×", "step": 0.01},
        ),
    ] = (0.95, 1.05)

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        return scaling(values["factor"])


class Shear(Affine, frozen=True):
    name: ClassVar[str] = "shear"
    title: ClassVar[str] = "Shear"
    summary: ClassVar[str] = "Slants the image, as if it were seen from the side."
    neutral: ClassVar[dict[str, float]] = {"x": 0.0, "y": 0.0}

    x: Annotated[
        tuple[Tilt, Tilt],
        Meta(title="Sideways", description="How far upright lines lean.", extra={"unit": "°", "step": 1.0}),
    ] = (-8.0, 8.0)
    y: Annotated[
        tuple[Tilt, Tilt],
        Meta(title="Up and down", description="How far level lines slope.", extra={"unit": "°", "step": 1.0}),
    ] = (0.0, 0.0)

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        sideways, upwards = np.eye(3), np.eye(3)
        sideways[0, 1] = tan(radians(values["x"]))
        upwards[1, 0] = tan(radians(values["y"]))
        return sideways @ upwards


class Perspective(Affine, frozen=True):
    name: ClassVar[str] = "perspective"
    title: ClassVar[str] = "Perspective"
    summary: ClassVar[str] = "Moves each corner inwards by a way of its own, as if the camera stood elsewhere."
    neutral: ClassVar[dict[str, float]] = {"distance": 0.0}
    chance: ClassVar[tuple[str, ...]] = tuple(f"{axis}{corner}" for corner in range(4) for axis in "xy")

    distance: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=40.0)], Annotated[float, Meta(ge=0.0, le=40.0)]],
        Meta(
            title="Distance",
            description="How far corners move at most, in percent of the width and of the height.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (0.0, 10.0)

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        import cv2

        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
        inwards = np.array([[values[f"{axis}{corner}"] for axis in "xy"] for corner in range(4)])
        moved = corners * (1 - inwards * values["distance"] / 50)
        return cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))


def translation(x: float, y: float) -> np.ndarray:
    """The matrix that shifts by pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def scaling(factor: float) -> np.ndarray:
    """The matrix that enlarges about the center."""
    return np.diag([factor, factor, 1.0])
