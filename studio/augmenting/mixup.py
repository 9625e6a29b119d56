"""Mixup (Zhang et al. 2018): blends of two images whose labels are blended alike."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Operation, between
from studio.text import tr

if TYPE_CHECKING:
    from torch import Tensor


class Mixup(Operation, frozen=True):
    """Needs a batch; a single image stays as it is.

    torchvision's `MixUp` draws from torch's global generator, which a training in another thread uses at the same time,
    and takes one share for the whole batch: therefore our own.
    """

    name: ClassVar[str] = "mixup"
    title: ClassVar[str] = "Mixup"
    summary: ClassVar[str] = "Blends each image with another one of the batch, and their labels by the same shares."
    draws: ClassVar[int] = 2
    for_generators: ClassVar[bool] = False
    generator_note: ClassVar[str] = "Generators train without it: they would paint the blends."

    share: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=50.0)], Annotated[float, Meta(ge=0.0, le=50.0)]],
        Meta(
            title="Share of the other",
            description="How much of the other image shows through.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (10.0, 40.0)

    def describe(self) -> str:
        return tr("{low:g}% to {high:g}%", low=self.share[0], high=self.share[1])

    def apply(
        self, images: "Tensor", labels: "Tensor | None", draws: np.ndarray, chosen: np.ndarray
    ) -> "tuple[Tensor, Tensor | None]":
        """Blend the chosen images (N,) of float32 (N, C, H, W) and their soft labels (N, classes) with partners."""
        import torch

        order = draws[:, 0].argsort()
        partner = np.empty(len(order), dtype=np.int64)
        partner[order] = np.roll(order, 1)
        share = torch.from_numpy((between(self.share, draws[:, 1]) / 100 * chosen).astype(np.float32))
        mixed = images.lerp(images[partner], share[:, None, None, None])
        return mixed, None if labels is None else labels.lerp(labels[partner], share[:, None])
