"""Steps that show a part of the image at the image's size."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Affine, Values
from studio.augmenting.operations.affine import scaling, translation

Share = Annotated[float, Meta(ge=10.0, le=100.0)]
Kept = Annotated[
    tuple[Share, Share],
    Meta(
        title="Kept", description="Share of the width and of the height that is kept.", extra={"unit": "%", "step": 1.0}
    ),
]


class Crop(Affine, frozen=True):
    name: ClassVar[str] = "crop"
    title: ClassVar[str] = "Crop"
    summary: ClassVar[str] = "Cuts out a part somewhere in the image and enlarges it to the image's size."
    neutral: ClassVar[dict[str, float]] = {"kept": 100.0}
    chance: ClassVar[tuple[str, ...]] = ("x", "y")

    kept: Kept = (85.0, 100.0)

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        kept = values["kept"] / 100
        x, y = ((2 * values[axis] - 1) * (1 - kept) / 2 * side for axis, side in (("x", width), ("y", height)))
        return scaling(1 / kept) @ translation(x, y)


class CenterCrop(Affine, frozen=True):
    name: ClassVar[str] = "center_crop"
    title: ClassVar[str] = "Center crop"
    summary: ClassVar[str] = "Cuts out the middle of the image and enlarges it to the image's size."
    neutral: ClassVar[dict[str, float]] = {"kept": 100.0}

    kept: Kept = (80.0, 80.0)

    def matrix(self, values: Values, height: int, width: int) -> np.ndarray:
        return scaling(100 / values["kept"])
