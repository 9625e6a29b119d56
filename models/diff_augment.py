"""What a discriminator sees is shifted and covered in part, real and made images alike, so that a small set lasts.

Differentiable augmentation (Zhao et al. 2020, “Differentiable augmentation for data-efficient GAN training”): the
generator learns through it, and therefore does not paint it. How often it happens follows how much the discriminator
knows by heart (Karras et al. 2020, “Training generative adversarial networks with limited data”).
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

SHIFT = 0.125  # of the side, at most
HOLE = 0.5  # side of the covered square, of the image's
BRIGHTER = 0.5  # of the range from black to gray, at most
TARGET = 0.5  # share known by heart above which more images are changed
CEILING = 0.8  # with more, generators begin to paint what they are shown
RAMP = 20_000  # images over which the share could grow from 0 to 1

FLAT = 5  # side of the smallest gray patch that a hole or a border leaves
NEARLY_GRAY = 0.03
LEAK_RATE = 0.1
HOLES = (0.02, 0.6)  # share of an image that holes and borders cover


class DiffAugment(nn.Module):
    """Shifts and covers a share of the images; the share is part of the state, and 0 at first.

    leak: how many more of the made images than of the real ones look as if they were covered or shifted, lately.

    color: whether to change brightness, contrast and saturation too, where these carry no meaning.
    """

    share: Tensor
    leak: Tensor

    def __init__(self, color: bool = False) -> None:
        super().__init__()
        self.color = color
        self.register_buffer("share", torch.zeros(()))
        self.register_buffer("leak", torch.zeros(()))

    def forward(self, images: Tensor, random: torch.Generator) -> Tensor:
        """The images (B, C, H, W), a part of them changed; all chance comes from `random`."""
        if not self.share:
            return images
        chosen = torch.rand(len(images), generator=random).to(images.device) < self.share
        if self.color:
            images = recolored(images, chosen, random)
        return covered(shifted(images, chosen, random), chosen, random)

    def adapt(self, by_heart: float, images: int) -> None:
        """Let the share grow, after so many more images, while more than half is known by heart; else shrink."""
        step = images / RAMP
        self.share.add_(step if by_heart > TARGET else -step).clamp_(0, CEILING)

    def note_leaks(self, made: Tensor, real: Tensor) -> None:
        """Take note of images as the generator makes them and as they are, neither of them changed."""
        self.leak.lerp_(torch.tensor(max(0.0, leaking(made) - leaking(real))).to(self.leak), LEAK_RATE)


def recolored(images: Tensor, chosen: Tensor, random: torch.Generator) -> Tensor:
    """The chosen images brighter or darker, of more or less saturation and contrast; values may leave [-1, 1]."""
    shift, saturation, contrast = torch.rand((3, len(images), 1, 1, 1), generator=random).to(images.device)
    made = images + BRIGHTER * (2 * shift - 1)
    gray = made.mean(1, keepdim=True)
    made = gray + 2 * saturation * (made - gray)
    mean = made.mean((1, 2, 3), keepdim=True)
    made = mean + (0.5 + contrast) * (made - mean)
    return torch.where(chosen[:, None, None, None], made, images)


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


def leaking(images: Tensor) -> float:
    """The share of images (B, C, H, W) that look covered or shifted: flat gray in a part of them, not everywhere."""
    gray = (images.abs().amax(1, keepdim=True) < NEARLY_GRAY).to(torch.float32)
    flat = avg_pool2d(gray, FLAT, 1) == 1
    shares = flat.float().mean((1, 2, 3))
    return float(((shares > HOLES[0]) & (shares < HOLES[1])).float().mean())
