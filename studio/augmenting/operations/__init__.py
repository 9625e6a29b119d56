"""Everything a chain can do, family by family."""

from studio.augmenting.operation import Operation
from studio.augmenting.operations.affine import Perspective, Rotate, Scale, Shear, Translate
from studio.augmenting.operations.blending import CutMix, Mixup
from studio.augmenting.operations.color import ColorJitter, Gray, Hue, Saturation
from studio.augmenting.operations.crops import CenterCrop, Crop
from studio.augmenting.operations.erasing import Cutout
from studio.augmenting.operations.flips import FlipHorizontal, FlipVertical, QuarterTurn
from studio.augmenting.operations.tones import Brightness, Contrast, Gamma, Invert, Posterize, Solarize

OPERATIONS: tuple[type[Operation], ...] = (
    *(Rotate, QuarterTurn, FlipHorizontal, FlipVertical, Translate, Scale, Shear, Perspective, Crop, CenterCrop),
    *(Brightness, Contrast, Gamma, Saturation, Hue, ColorJitter, Gray, Invert, Posterize, Solarize),
    Cutout,
    *(Mixup, CutMix),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}

__all__ = ["BY_NAME", "OPERATIONS", *(operation.__name__ for operation in OPERATIONS)]
