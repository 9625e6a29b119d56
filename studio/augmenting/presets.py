"""Ready chains to start from."""

from studio.augmenting.chain import Chain, Step
from studio.augmenting.color import ColorJitter
from studio.augmenting.cutout import Cutout
from studio.augmenting.geometry import Crop, FlipHorizontal, FlipVertical, Rotate, Scale, Translate
from studio.augmenting.mixup import Mixup
from studio.augmenting.operation import Operation


def _chain(*operations: Operation) -> Chain:
    return Chain(tuple(map(Step, operations)))


PRESETS: dict[str, Chain] = {
    "Gentle": _chain(Rotate(angle=(-3, 3)), Translate(distance=2), Scale(factor=(0.98, 1.02))),
    "Strong": _chain(
        FlipHorizontal(),
        Rotate(angle=(-20, 20)),
        Translate(distance=8),
        Scale(factor=(0.85, 1.15)),
        Crop(kept=(70, 100)),
        ColorJitter(brightness=(0.7, 1.3), contrast=(0.7, 1.3), saturation=(0.6, 1.4)),
        Cutout(side=(10, 30), boxes=2),
        Mixup(),
    ),
    "Photos of parts": _chain(
        FlipHorizontal(),
        FlipVertical(),
        Rotate(angle=(-10, 10)),
        Translate(distance=5),
        Scale(factor=(0.9, 1.1)),
        ColorJitter(brightness=(0.8, 1.2), contrast=(0.8, 1.2), saturation=(0.8, 1.2)),
        Cutout(),
    ),
    # A body has a left and a right, and brightness is what was measured.
    "X-ray/CT": _chain(Rotate(angle=(-5, 5)), Translate(distance=4), Scale(factor=(0.95, 1.05))),
    # Cells fill the photo to its edge and their busbars are level: only mirror images look like other cells.
    "Solar cells": _chain(FlipHorizontal(), FlipVertical(), Cutout()),
}
"""By name; names are translated where they are shown."""
