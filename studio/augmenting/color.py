"""Color jitter: brightness, contrast and saturation."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Photometry, between
from studio.text import tr

if TYPE_CHECKING:
    from torch import Tensor

Factor = Annotated[float, Meta(ge=0.0, le=3.0)]


class ColorJitter(Photometry, frozen=True):
    """Brightness, then contrast, then saturation, each by a drawn factor (torchvision's `adjust_` functions)."""

    name: ClassVar[str] = "color_jitter"
    title: ClassVar[str] = "Color jitter"
    summary: ClassVar[str] = "Changes brightness, contrast and saturation. Leave it out where brightness is the signal."
    draws: ClassVar[int] = 3
    for_generators: ClassVar[bool] = False
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed brightness."

    brightness: Annotated[
        tuple[Factor, Factor],
        Meta(title="Brightness", description="1 leaves it, 0 is black.", extra={"step": 0.05}),
    ] = (0.9, 1.1)
    contrast: Annotated[
        tuple[Factor, Factor],
        Meta(title="Contrast", description="1 leaves it, 0 is flat gray.", extra={"step": 0.05}),
    ] = (0.9, 1.1)
    saturation: Annotated[
        tuple[Factor, Factor],
        Meta(
            title="Saturation",
            description="1 leaves it, 0 is gray. Does nothing to gray images.",
            extra={"step": 0.05},
        ),
    ] = (1.0, 1.0)

    def describe(self) -> str:
        return tr("{low:g} to {high:g} times", low=self.brightness[0], high=self.brightness[1])

    def apply(self, images: "Tensor", draws: np.ndarray) -> "Tensor":
        import torch

        factors = np.stack(
            [between(bounds, draws[:, k]) for k, bounds in enumerate((self.brightness, self.contrast, self.saturation))]
        )
        colors = 3 if images.shape[1] >= 3 else 1  # what follows is alpha, which stays
        changed = [_adjust(image[:colors], *factor) for image, factor in zip(images, factors.T.tolist(), strict=True)]
        return torch.cat([torch.stack(changed), images[:, colors:]], 1)


def _adjust(image: "Tensor", brightness: float, contrast: float, saturation: float) -> "Tensor":
    from torchvision.transforms.v2 import functional

    image = functional.adjust_brightness(image, brightness)
    image = functional.adjust_contrast(image, contrast)
    return functional.adjust_saturation(image, saturation) if len(image) == 3 else image
