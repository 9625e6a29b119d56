"""Networks that several families are built from."""

from collections.abc import Callable, Collection
from itertools import pairwise

import torch
from torch import Tensor, nn

from models.data import ImageShape
from models.errors import TrainingError

SMALLEST_SIDE = 4
WIDEST = 8  # times the width of the layer nearest to the image


class Condition(nn.Module):
    """Appends a learned code of the class, times `strength`, to a vector; without classes it appends nothing."""

    strength: Tensor

    def __init__(self, classes: int, size: int = 16) -> None:
        super().__init__()
        self.register_buffer("strength", torch.ones(()))
        self.size = size if classes > 1 else 0
        self.code = nn.Embedding(classes, size) if classes > 1 else None

    def forward(self, vectors: Tensor, labels: Tensor) -> Tensor:
        return vectors if self.code is None else torch.cat((vectors, self.strength * self.code(labels)), 1)


class Projection(nn.Module):
    """Scores (B,) for how vectors (B, size) agree with their class, times `strength` (Miyato & Koyama 2018).

    Without classes they are 0.
    """

    strength: Tensor

    def __init__(self, classes: int, size: int) -> None:
        super().__init__()
        self.scale = size**-0.5
        self.register_buffer("strength", torch.ones(()))
        self.code = nn.Embedding(classes, size) if classes > 1 else None

    def forward(self, vectors: Tensor, labels: Tensor) -> Tensor:
        if self.code is None:
            return vectors.new_zeros(len(vectors))
        return self.strength * self.scale * (self.code(labels) * vectors).sum(1)


class ConvGenerator(nn.Module):
    """From latents and labels to images in [-1, 1] by strided transposed convolutions (DCGAN, Radford et al. 2015)."""

    def __init__(self, latent_size: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        (self.height, self.width), channels = stages(shape, width)
        self.condition = Condition(classes)
        inputs = latent_size + self.condition.size
        self.project = nn.Linear(inputs, channels[0] * self.height * self.width, bias=False)
        layers: list[nn.Module] = [nn.BatchNorm2d(channels[0]), nn.ReLU()]
        for coarse, fine in pairwise(channels):
            layers += [nn.ConvTranspose2d(coarse, fine, 4, 2, 1, bias=False), nn.BatchNorm2d(fine), nn.ReLU()]
        layers += [nn.ConvTranspose2d(channels[-1], shape.channels, 4, 2, 1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        coarse = self.project(self.condition(latents, labels))
        return self.layers(coarse.unflatten(1, (-1, self.height, self.width)))


class ConvEncoder(nn.Module):
    """From images to maps (B, `features`, `height`, `width`) by strided convolutions; mirrors `ConvGenerator`.

    norm: makes the normalization of a number of channels.
    """

    def __init__(self, shape: ImageShape, width: int, norm: Callable[[int], nn.Module] = nn.BatchNorm2d) -> None:
        super().__init__()
        (self.height, self.width), channels = stages(shape, width)
        channels = channels[::-1]
        self.features = channels[-1]
        layers: list[nn.Module] = [nn.Conv2d(shape.channels, channels[0], 4, 2, 1), nn.LeakyReLU(0.2)]
        for fine, coarse in pairwise(channels):
            layers += [
                nn.Conv2d(fine, coarse, 4, 2, 1, bias=False),
                norm(coarse),
                nn.LeakyReLU(0.2),
            ]
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)


def initialize_convolutions(network: nn.Module, silent: Collection[nn.Conv2d], random: torch.Generator) -> None:
    """Fresh convolutions N(0, 1 / inputs) (LeCun et al. 1998), but 0 for the silent ones.

    These are the last of each block, which then passes on what it gets (Goyal et al. 2017), and of the network.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, 0.0, module.weight[0].numel() ** -0.5, generator=random)
    for last in silent:
        nn.init.zeros_(last.weight)


def check_sides(shape: ImageShape) -> None:
    """Raises `TrainingError` when the image cannot be halved evenly as often as the networks do."""
    if shape.height % 8 or shape.width % 8:
        raise TrainingError(
            "This family needs images whose sides are multiples of 8 pixels, not {width} × {height}: "
            "choose another size.",
            width=shape.width,
            height=shape.height,
        )


def stages(shape: ImageShape, width: int) -> tuple[tuple[int, int], list[int]]:
    """The size of the coarsest feature map, and the channels of each from the coarsest to the finest."""
    check_sides(shape)
    height, across = shape.height, shape.width
    channels: list[int] = []
    while height % 2 == 0 and across % 2 == 0 and min(height, across) >= 2 * SMALLEST_SIDE:
        height, across = height // 2, across // 2
        channels.append(width * min(2 ** len(channels), WIDEST))
    return (height, across), channels[::-1]
