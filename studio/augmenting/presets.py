"""Ready chains to start from."""

from studio.augmenting.chain import Chain
from studio.augmenting.operation import Operation
from studio.augmenting.operations.affine import Perspective, Rotate, Scale, Shear, Translate
from studio.augmenting.operations.blending import Mixup
from studio.augmenting.operations.blurs import DefocusBlur, GaussianBlur, MotionBlur, Sharpen
from studio.augmenting.operations.color import ColorJitter, Saturation
from studio.augmenting.operations.compression import JpegArtifacts
from studio.augmenting.operations.crops import Crop
from studio.augmenting.operations.distortions import Elastic
from studio.augmenting.operations.equalizing import AutoContrast, Equalize
from studio.augmenting.operations.erasing import Cutout
from studio.augmenting.operations.flips import FlipHorizontal, FlipVertical, QuarterTurn
from studio.augmenting.operations.inspection import IlluminationGradient, SpecularSpot
from studio.augmenting.operations.medical import WindowJitter
from studio.augmenting.operations.noises import GaussianNoise, PoissonNoise
from studio.augmenting.operations.tones import Brightness, Contrast, Gamma, Posterize, Solarize
from studio.augmenting.steps import Group, Step


def _chain(*operations: Operation | Group) -> Chain:
    return Chain(tuple(each if isinstance(each, Group) else Step(each) for each in operations))


def _one_of(*operations: Operation, probability: float = 1.0) -> Group:
    return Group("one_of", tuple(map(Step, operations)), probability=probability)


def _space(shift: float, tilt: float, angle: float, change: float, bits: float, threshold: float) -> tuple[Step, ...]:
    """The operations that RandAugment and TrivialAugment draw from, up to these magnitudes."""
    factors, bends, shifts = (1 - change, 1 + change), (-tilt, tilt), (-shift, shift)
    operations = (
        *(Rotate(angle=(-angle, angle)), Shear(x=bends, y=(0, 0)), Shear(x=(0, 0), y=bends)),
        *(Translate(x=shifts, y=(0, 0)), Translate(x=(0, 0), y=shifts)),
        *(
            Brightness(factor=factors),
            Contrast(factor=factors),
            Saturation(factor=factors),
            Sharpen(amount=(0, change)),
        ),
        *(Posterize(bits=(bits, 8)), Solarize(threshold=(threshold, 100))),
        *(AutoContrast(probability=1.0), Equalize(probability=1.0)),
    )
    return tuple(map(Step, operations))


_MIXED = (
    *(AutoContrast(probability=1.0), Equalize(probability=1.0)),
    *(Posterize(bits=(3, 4)), Solarize(threshold=(70, 100)), Rotate(angle=(-9, 9))),
    *(Shear(x=(-5, 5), y=(0, 0)), Shear(x=(0, 0), y=(-5, 5))),
    *(Translate(x=(-10, 10), y=(0, 0)), Translate(x=(0, 0), y=(-10, 10))),
)

PRESETS: dict[str, Chain] = {
    "Gentle": _chain(Rotate(angle=(-3, 3)), Translate(x=(-2, 2), y=(-2, 2)), Scale(factor=(0.98, 1.02))),
    "Strong": _chain(
        FlipHorizontal(),
        Rotate(angle=(-20, 20)),
        Translate(x=(-8, 8), y=(-8, 8)),
        Scale(factor=(0.85, 1.15)),
        Crop(kept=(70, 100)),
        ColorJitter(brightness=(0.7, 1.3), contrast=(0.7, 1.3), saturation=(0.6, 1.4)),
        _one_of(GaussianBlur(), GaussianNoise(), JpegArtifacts(), probability=0.5),
        Cutout(side=(10, 30), boxes=2),
        Mixup(),
    ),
    "Photos of parts": _chain(
        FlipHorizontal(),
        FlipVertical(),
        Rotate(angle=(-10, 10)),
        Translate(x=(-5, 5), y=(-5, 5)),
        Scale(factor=(0.9, 1.1)),
        Perspective(distance=(0, 5)),
        ColorJitter(brightness=(0.8, 1.2), contrast=(0.8, 1.2), saturation=(0.8, 1.2)),
        IlluminationGradient(probability=0.5),
        _one_of(DefocusBlur(), MotionBlur(), GaussianNoise(), probability=0.3),
        Cutout(probability=0.5),
    ),
    # A body has a left and a right, and brightness is what was measured: the window moves as far as readers set it.
    "X-ray/CT": _chain(
        Rotate(angle=(-5, 5)),
        Translate(x=(-4, 4), y=(-4, 4)),
        Scale(factor=(0.95, 1.05)),
        WindowJitter(level=(-3, 3), width=(0.9, 1.1), probability=0.5),
        PoissonNoise(deviation=(0, 2), probability=0.3),
    ),
    # A slide has no up, tissue is soft, stains and focus differ.
    "Microscopy": _chain(
        FlipHorizontal(),
        QuarterTurn(),
        Rotate(angle=(-15, 15)),
        Scale(factor=(0.9, 1.1)),
        Elastic(distance=(0, 1), probability=0.5),
        ColorJitter(brightness=(0.9, 1.1), contrast=(0.9, 1.1), saturation=(0.8, 1.2), hue=(-8, 8)),
        _one_of(DefocusBlur(radius=(0, 0.6)), GaussianNoise(deviation=(0, 2)), probability=0.3),
    ),
    # The camera turns and moves, its lamp is reflected, and the red of the wall is a sign.
    "Endoscopy": _chain(
        FlipHorizontal(),
        Rotate(angle=(-30, 30)),
        Scale(factor=(0.85, 1.2)),
        Translate(x=(-5, 5), y=(-5, 5)),
        Gamma(exponent=(0.8, 1.25)),
        ColorJitter(brightness=(0.8, 1.2), contrast=(0.85, 1.15), saturation=(0.9, 1.1), hue=(-3, 3)),
        SpecularSpot(probability=0.3),
        _one_of(MotionBlur(), DefocusBlur(), JpegArtifacts(), probability=0.4),
    ),
    # Cells fill the photo to its edge and their busbars are level: only mirror images look like other cells.
    "Solar cells": _chain(FlipHorizontal(), FlipVertical(), Cutout()),
    # Cubuk et al. 2020 at magnitude 9 of 30; here magnitudes are drawn up to it, and the two operations differ.
    "RandAugment": _chain(Group("some_of", _space(13.6, 5.1, 9, 0.27, 6.8, 70), (2, 2))),
    # Mueller & Hutter 2021, its wide space; one image in fourteen stays as it is.
    "TrivialAugment": _chain(Group("one_of", _space(14.3, 44.7, 135, 0.99, 2, 0), probability=13 / 14)),
    # Hendrycks et al. 2020 at severity 3 of 10.
    "AugMix": _chain(Group("mix", tuple(map(Step, _MIXED)), (1, 3), copies=3)),
}
"""By name; names are translated where they are shown."""
