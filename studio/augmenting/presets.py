"""Ready chains to start from."""

from studio.augmenting.chain import Chain
from studio.augmenting.operation import Operation
from studio.augmenting.operations.affine import Rotate, Scale, Translate
from studio.augmenting.operations.blending import Mixup
from studio.augmenting.operations.color import ColorJitter
from studio.augmenting.operations.crops import Crop
from studio.augmenting.operations.erasing import Cutout
from studio.augmenting.operations.flips import FlipHorizontal, FlipVertical
from studio.augmenting.steps import Step


def _chain(*operations: Operation) -> Chain:
    return Chain(tuple(map(Step, operations)))


PRESETS: dict[str, Chain] = {
    "Gentle": _chain(Rotate(angle=(-3, 3)), Translate(x=(-2, 2), y=(-2, 2)), Scale(factor=(0.98, 1.02))),
    "Strong": _chain(
        FlipHorizontal(),
        Rotate(angle=(-20, 20)),
        Translate(x=(-8, 8), y=(-8, 8)),
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
        Translate(x=(-5, 5), y=(-5, 5)),
        Scale(factor=(0.9, 1.1)),
        ColorJitter(brightness=(0.8, 1.2), contrast=(0.8, 1.2), saturation=(0.8, 1.2)),
        Cutout(),
    ),
    # A body has a left and a right, and brightness is what was measured.
    "X-ray/CT": _chain(Rotate(angle=(-5, 5)), Translate(x=(-4, 4), y=(-4, 4)), Scale(factor=(0.95, 1.05))),
    # Cells fill the photo to its edge and their busbars are level: only mirror images look like other cells.
    "Solar cells": _chain(FlipHorizontal(), FlipVertical(), Cutout()),
}
"""By name; names are translated where they are shown."""
