"""Steps after which each pixel is still one of the image's own: flips and quarter turns."""

from typing import ClassVar

import numpy as np

from studio.augmenting.operation import Affine, Flips, Values


class FlipHorizontal(Affine, frozen=True):
    name: ClassVar[str] = "flip_horizontal"
    title: ClassVar[str] = "Flip left–right"
    summary: ClassVar[str] = "Mirrors the image. Leave it out where left and right differ in meaning."

    probability: Flips = 0.5

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        return np.diag([-1.0, 1.0, 1.0])


class FlipVertical(Affine, frozen=True):
    name: ClassVar[str] = "flip_vertical"
    title: ClassVar[str] = "Flip top–bottom"
    summary: ClassVar[str] = "Turns the image upside down. Leave it out where images have a fixed up."

    probability: Flips = 0.5

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        return np.diag([1.0, -1.0, 1.0])


class QuarterTurn(Affine, frozen=True):
    name: ClassVar[str] = "quarter_turn"
    title: ClassVar[str] = "Quarter turns"
    summary: ClassVar[str] = (
        "Turns the image by one, two or three quarters; one that is not square is stretched to its shape."
    )
    chance: ClassVar[tuple[str, ...]] = ("turns",)

    probability: Flips = 0.75

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        turn = np.array([[0.0, width / height, 0.0], [-height / width, 0.0, 0.0], [0.0, 0.0, 1.0]])
        return np.linalg.matrix_power(turn, 1 + int(3 * values["turns"]))
