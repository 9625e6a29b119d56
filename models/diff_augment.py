"""What a discriminator sees is shifted and covered in part, real and made images alike, so that a small set lasts.

Differentiable augmentation (Zhao et al. 2020, “Differentiable augmentation for data-efficient GAN training”): the
generator learns through it, and therefore does not paint it. Color is left as it is, for here it may carry meaning.
How often it happens follows how much the discriminator knows by heart (Karras et al. 2020, “Training generative
adversarial networks with limited data”).
"""

import torch
from torch import Tensor, nn

SHIFT = 0.125  # of the side, at most
HOLE = 0.5  # side of the covered square, of the image's
TARGET = 0.6  # mean sign of the scores of real images above which they are known by heart
CEILING = 0.8  # with more, generators begin to paint what they are shown
RAMP = 20_000  # images over which the share could grow from 0 to 1


class DiffAugment(nn.Module):
    """Shifts and covers a share of the images; the share is part of the state, and 0 at first."""

    share: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("share", torch.zeros(()))

    def forward(self, images: Tensor, random: torch.Generator) -> Tensor:
        """The images (B, C, H, W), a part of them changed; all chance comes from `random`."""
        if not self.share:
            return images
        chosen = torch.rand(len(images), generator=random).to(images.device) < self.share
        return covered(shifted(images, chosen, random), chosen, random)

    @torch.no_grad()
    def adapt(self, real_scores: Tensor) -> None:
        """Take note of the discriminator's scores (B,) of real images: the surer it is, the larger the share."""
        surer = (real_scores.sign().mean() - TARGET).sign()
        self.share.add_(surer * len(real_scores) / RAMP).clamp_(0, CEILING)


def shifted(images: Tensor, chosen: Tensor, random: torch.Generator) -> Tensor:
    """The chosen images moved by up to an eighth of their sides, gray where nothing is known."""
    for axis in (2, 3):
        side = images.shape[axis]
        most = int(side * SHIFT)
        offsets = torch.randint(-most, most + 1, (len(images),), generator=random).to(images.device) * chosen
        places = torch.arange(side, device=images.device) - offsets[:, None]
        shape = (len(images), 1, side, 1) if axis == 2 else (len(images), 1, 1, side)
        inside = ((places >= 0) & (places < side)).view(shape)
        index = places.clamp(0, side - 1).view(shape).expand_as(images)
        images = images.gather(axis, index) * inside
    return images


def covered(images: Tensor, chosen: Tensor, random: torch.Generator) -> Tensor:
    """The chosen images with a gray square somewhere, which may hang over the edge."""
    sides = images.shape[2:]
    near = []
    for side in sides:
        center = (torch.rand(len(images), generator=random) * side).to(images.device)
        near.append((torch.arange(side, device=images.device) + 0.5 - center[:, None]).abs() < side * HOLE / 2)
    hole = near[0][:, None, :, None] & near[1][:, None, None, :] & chosen[:, None, None, None]
    return images.masked_fill(hole, 0.0)
