"""AugMix (Hendrycks et al. 2020): several differently changed copies of an image, blended with it."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Photometry, Values, random_generator
from studio.augmenting.operations.affine import Rotate, Shear, Translate
from studio.augmenting.operations.equalizing import AutoContrast, Equalize
from studio.augmenting.operations.tones import Posterize, Solarize
from studio.augmenting.steps import Group, Step

DEPTH = (1, 3)
"""How many operations each copy gets."""
OPERATIONS = (
    *(AutoContrast(probability=1.0), Equalize(probability=1.0)),
    *(Posterize(bits=(4, 4)), Solarize(threshold=(0, 0)), Rotate(angle=(-30, 30))),
    *(Shear(x=(-17, 17), y=(0, 0)), Shear(x=(0, 0), y=(-17, 17))),
    *(Translate(x=(-33, 33), y=(0, 0)), Translate(x=(0, 0), y=(-33, 33))),
)
"""At full strength, as in the paper."""


class AugMix(Photometry, frozen=True):
    name: ClassVar[str] = "augmix"
    title: ClassVar[str] = "AugMix"
    summary: ClassVar[str] = "Blends the image with copies of it, each changed by a few operations drawn at random."
    category: ClassVar[Category] = "blending"
    neutral: ClassVar[dict[str, float]] = {"strength": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("share", "texture")
    generator_note: ClassVar[str] = "Generators train without it: they would paint the blends."

    strength: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=100.0)], Annotated[float, Meta(ge=0.0, le=100.0)]],
        Meta(title="Strength", description="Of the operations, in percent.", extra={"unit": "%", "step": 1.0}),
    ] = (10.0, 30.0)
    copies: Annotated[int, Meta(title="Copies", description="How many are blended.", ge=1, le=8)] = 3

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        """The copies' weights are drawn evenly (Dirichlet), so is their share as a whole. Masks stay as they are."""
        from studio.augmenting.chain import Chain

        random = random_generator(values["texture"])
        steps = tuple(Step(operation) for operation in OPERATIONS)
        chain = Chain((Group("some_of", steps, DEPTH),), strength=values["strength"] / 100)
        copies = chain.batch(np.stack([image] * self.copies), int(random.integers(2**32)))
        mixed = np.tensordot(random.dirichlet(np.ones(self.copies)), copies, 1)
        return (image + values["share"] * (mixed - image)).astype(np.float32)
