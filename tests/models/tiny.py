"""A small set of images and families small enough to train in a second."""

import torch

from models.data import ImageSet
from models.families import family_class

ADVERSARIAL = ("mlp_gan", "dcgan", "wgan_gp", "r3gan", "acgan", "sgan", "fastgan")
STEPPED = (*ADVERSARIAL, "vae", "vq_vae", "latent_flow", "refined", "pixel_flow")
FAMILIES = ("instant", *STEPPED)


def dark_and_bright(n: int = 48, side: int = 16, channels: int = 1, classes: int = 2) -> ImageSet:
    """A soft bar at a random height, brighter from class to class."""
    random = torch.Generator().manual_seed(1)
    labels = torch.arange(n) % classes
    line = torch.arange(side)
    bars = torch.exp(-(((line - torch.rand(n, 1, generator=random) * side) / 3) ** 2))
    gray = 20 + 60 * bars[:, None, :, None] + 130 * labels[:, None, None, None] / max(1, classes - 1)
    images = gray.expand(-1, channels, -1, side).to(torch.uint8).contiguous()
    return ImageSet(images, labels, tuple("ABCDEFGHIJKL"[:classes]) if classes > 1 else ())


def settings(name: str, **changes):
    """The family's settings with narrow networks and small batches, where it has these."""
    small = {} if name == "instant" else {"width": 4, "batch": 8}
    return family_class(name).Settings(**(small | changes))
