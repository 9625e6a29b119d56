"""Everything a chain can do, family by family."""

from studio.augmenting.operation import Operation
from studio.augmenting.operations.affine import Perspective, Rotate, Scale, Shear, Translate
from studio.augmenting.operations.blending import CutMix, Mixup
from studio.augmenting.operations.blurs import DefocusBlur, GaussianBlur, MotionBlur, Sharpen
from studio.augmenting.operations.color import ColorJitter, Gray, Hue, Saturation
from studio.augmenting.operations.compression import Downscale, JpegArtifacts
from studio.augmenting.operations.crops import CenterCrop, Crop
from studio.augmenting.operations.defects import DefectPaste
from studio.augmenting.operations.distortions import Elastic, GridDistortion
from studio.augmenting.operations.equalizing import AutoContrast, Clahe, Equalize
from studio.augmenting.operations.erasing import CoarseDropout, Cutout, GridMask, RandomErasing
from studio.augmenting.operations.flips import FlipHorizontal, FlipVertical, QuarterTurn
from studio.augmenting.operations.inspection import Dust, IlluminationGradient, Scratches, SpecularSpot
from studio.augmenting.operations.medical import BiasField, GibbsRinging, RicianNoise, WindowJitter
from studio.augmenting.operations.noises import GaussianNoise, PoissonNoise, SaltAndPepper, SpeckleNoise
from studio.augmenting.operations.tones import Brightness, Contrast, Gamma, Invert, Posterize, Solarize

OPERATIONS: tuple[type[Operation], ...] = (
    *(Rotate, QuarterTurn, FlipHorizontal, FlipVertical, Translate, Scale, Crop, CenterCrop),
    *(Shear, Perspective, Elastic, GridDistortion),
    *(Brightness, Contrast, Gamma, Saturation, Hue, ColorJitter, Gray, Invert),
    *(AutoContrast, Equalize, Clahe, Posterize, Solarize),
    *(GaussianBlur, MotionBlur, DefocusBlur, Sharpen),
    *(GaussianNoise, PoissonNoise, SpeckleNoise, SaltAndPepper, JpegArtifacts, Downscale),
    *(Cutout, RandomErasing, GridMask, CoarseDropout),
    *(Mixup, CutMix),
    *(BiasField, RicianNoise, WindowJitter, GibbsRinging),
    *(IlluminationGradient, SpecularSpot, Scratches, Dust, DefectPaste),
)
"""In the order of menus."""
BY_NAME = {operation.name: operation for operation in OPERATIONS}

__all__ = ["BY_NAME", "OPERATIONS", *(operation.__name__ for operation in OPERATIONS)]
