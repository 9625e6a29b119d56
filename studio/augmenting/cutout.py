"""Cutout (DeVries & Taylor 2017): a classifier that cannot lean on one spot learns to look at all of them."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Photometry, between
from studio.text import trn

if TYPE_CHECKING:
    from torch import Tensor

MOST_BOXES = 8


class Cutout(Photometry, frozen=True):
    name: ClassVar[str] = "cutout"
    title: ClassVar[str] = "Cutout"
    summary: ClassVar[str] = "Covers square boxes, so that a classifier learns to use the rest of the image too."
    draws: ClassVar[int] = 3 * MOST_BOXES
    for_generators: ClassVar[bool] = False
    generator_note: ClassVar[str] = "Generators train without it: they would paint the boxes."

    side: Annotated[
        tuple[Annotated[float, Meta(ge=1.0, le=75.0)], Annotated[float, Meta(ge=1.0, le=75.0)]],
        Meta(
            title="Side",
            description="Side of a box in percent of the image's shorter side.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (10.0, 20.0)
    boxes: Annotated[int, Meta(title="Boxes", description="How many boxes are covered.", ge=1, le=MOST_BOXES)] = 1
    fill: Annotated[
        Literal["black", "mean"], Meta(title="Fill", description="Black, or the mean color of the image.")
    ] = "black"

    def describe(self) -> str:
        low, high = self.side
        return trn("{n} box, {low:g}–{high:g}%", "{n} boxes, {low:g}–{high:g}%", self.boxes, low=low, high=high)

    def apply(self, images: "Tensor", draws: np.ndarray) -> "Tensor":
        from torchvision.transforms.v2 import functional

        images = images.clone()
        fills = images.mean((2, 3), keepdim=True) * (self.fill == "mean")
        for box in range(self.boxes):
            for image, fill, place in zip(images, fills, self._boxes(draws, box, *images.shape[2:]), strict=True):
                functional.erase(image, *place, fill, inplace=True)
        return images

    def _boxes(self, draws: np.ndarray, box: int, height: int, width: int) -> list[list[int]]:
        """Top, left, height and width of each image's box, in whole pixels and inside the image."""
        size, x, y = draws[:, 3 * box : 3 * box + 3].T
        side = np.maximum(1, np.rint(between(self.side, size) / 100 * min(height, width)).astype(int))
        top = (y * (height - side + 1)).astype(int)
        left = (x * (width - side + 1)).astype(int)
        return np.stack([top, left, side, side], 1).tolist()
