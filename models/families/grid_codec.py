"""A convolutional autoencoder whose codes lie on a grid: what an image shows at a place is told there."""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d, interpolate, pixel_shuffle, pixel_unshuffle, silu, unfold

from models.data import ImageShape, to_unit
from models.families.blocks import check_sides, initialize_convolutions

SMALLEST_GRID = 8
"""Places along the shorter side of an image, where it can be had."""
FACTORS = (8, 4)
"""Pixels along each side of a place, to choose from; of the smallest images it is 2."""
GROUP = 8
MEASURED = 1_000
"""Images that patches are measured of."""
LEAST_VARIANCE = 1e-5  # half a gray level out of 255, squared, is 1.5e-5 in [-1, 1]


def pixels_a_place(shape: ImageShape) -> int:
    """Pixels along each side of what one code tells; the grid has even sides.

    Raises `TrainingError` where images cannot be halved evenly as often as the networks do.
    """
    check_sides(shape)
    sides = shape.height, shape.width
    fitting = (f for f in FACTORS if min(sides) >= f * SMALLEST_GRID and all(side % (2 * f) == 0 for side in sides))
    return next(fitting, 2)


class GridCodec(nn.Module):
    """Images (B, C, H, W) in [-1, 1] -> codes (B, channels, h, w) of mean 0 and variance 1 in each channel, and back.

    Both ways the principal components of patches, and what convolutions add to them: nothing at first. These work at
    the grid and at twice its resolution, neighboring pixels being channels of one; decoding, the harder way, has two
    blocks where encoding has one.

    mean: (C, H, W) of images. patterns: (channels, C, p, p), one standard deviation along each component of patches of
    p * p pixels. lengths: (channels,), of the patterns.
    """

    mean: Tensor
    patterns: Tensor
    lengths: Tensor

    def __init__(self, shape: ImageShape, channels: int, width: int) -> None:
        super().__init__()
        self.place = place = pixels_a_place(shape)
        self.sides = channels, shape.height // place, shape.width // place
        self.shrink = place // 2
        width = -(-width // GROUP) * GROUP
        pixels = shape.channels * self.shrink**2
        self.enter = nn.Conv2d(pixels, width, 3, 1, 1)
        self.fine, self.coarse = Block(width), Block(2 * width)
        self.halve = nn.Conv2d(width, 2 * width, 3, 2, 1)
        self.encoded = nn.Conv2d(2 * width, channels, 1)
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.decode_from = nn.Conv2d(channels, 2 * width, 3, 1, 1)
        self.coarse_back = nn.Sequential(Block(2 * width), Block(2 * width))
        self.enlarge = nn.Conv2d(2 * width, width, 3, 1, 1)
        self.fine_back = nn.Sequential(Block(width), Block(width))
        self.last_norm = nn.GroupNorm(GROUP, width)
        self.leave = nn.Conv2d(width, pixels, 3, 1, 1)
        self.register_buffer("mean", torch.zeros(shape.channels, shape.height, shape.width))
        self.register_buffer("patterns", torch.zeros(channels, shape.channels, place, place))
        self.register_buffer("lengths", torch.ones(channels))

    def initialize(self, random: torch.Generator) -> None:
        blocks = [module for module in self.modules() if isinstance(module, Block)]
        silent = [*(block.second for block in blocks), self.encoded, self.leave]
        initialize_convolutions(self, silent, random)

    def measure(self, images: Tensor) -> None:
        """Find the principal components of the patches of uint8 (N, C, H, W)."""
        some = to_unit(images[:: max(1, len(images) // MEASURED)])
        self.mean.copy_(some.mean(0))
        patches = unfold(some - self.mean.cpu(), self.place, stride=self.place).transpose(1, 2).flatten(0, 1)
        variances, components = torch.linalg.eigh((patches.T @ patches / len(patches)).double())
        kept = min(len(variances), len(self.lengths))
        lengths = variances.flip(0)[:kept].clamp_min(LEAST_VARIANCE).sqrt()
        self.lengths[:kept] = lengths
        self.patterns.flatten(1)[:kept] = components.flip(1).T[:kept] * lengths[:, None]

    def encode(self, images: Tensor) -> Tensor:
        shrunk = self.patterns / self.lengths.square()[:, None, None, None]
        told = conv2d(images - self.mean, shrunk, stride=self.place)
        maps = self.fine(self.enter(pixel_unshuffle(images, self.shrink)))
        return self.norm(told + self.encoded(self.coarse(self.halve(maps))))

    def decode(self, codes: Tensor) -> Tensor:
        """Images, a little beyond [-1, 1] at times."""
        told = self.mean + conv_transpose2d(codes, self.patterns, stride=self.place)
        maps = self.coarse_back(self.decode_from(codes))
        maps = self.fine_back(self.enlarge(interpolate(maps, scale_factor=2, mode="nearest")))
        return told + pixel_shuffle(self.leave(silu(self.last_norm(maps))), self.shrink)


class Block(nn.Module):
    """Two convolutions beside a short cut (He et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first_norm, self.second_norm = nn.GroupNorm(GROUP, channels), nn.GroupNorm(GROUP, channels)
        self.first, self.second = (nn.Conv2d(channels, channels, 3, 1, 1) for _ in range(2))

    def forward(self, maps: Tensor) -> Tensor:
        inner = self.first(silu(self.first_norm(maps)))
        return maps + self.second(silu(self.second_norm(inner)))
