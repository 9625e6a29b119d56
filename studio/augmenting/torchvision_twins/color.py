"""What changes tones and colors."""

import math

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from studio.augmenting.torchvision_twins.basics import to_bytes, to_float, uniform


def brightness(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return F.adjust_brightness(image, uniform(*factor))


def contrast(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return F.adjust_contrast(image, uniform(*factor))


def gamma(image: Tensor, exponent: tuple[float, float]) -> Tensor:
    return F.adjust_gamma(image, uniform(*exponent))


def saturation(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return F.adjust_saturation(image, uniform(*factor)) if len(image) == 3 else image


def hue(image: Tensor, turn: tuple[float, float]) -> Tensor:
    return F.adjust_hue(image, uniform(*turn) / 360) if len(image) == 3 else image


def color_jitter(
    image: Tensor,
    brightness: tuple[float, float],
    contrast: tuple[float, float],
    saturation: tuple[float, float],
    hue: tuple[float, float],
) -> Tensor:
    image = F.adjust_contrast(F.adjust_brightness(image, uniform(*brightness)), uniform(*contrast))
    if len(image) == 1:
        return image
    return F.adjust_hue(F.adjust_saturation(image, uniform(*saturation)), uniform(*hue) / 360)


def gray(image: Tensor) -> Tensor:
    return F.rgb_to_grayscale(image, num_output_channels=3) if len(image) == 3 else image


def invert(image: Tensor) -> Tensor:
    return F.invert(image)


def auto_contrast(image: Tensor) -> Tensor:
    return F.autocontrast(image)


def equalize(image: Tensor) -> Tensor:
    return to_float(F.equalize(to_bytes(image)))


def clahe(image: Tensor, limit: tuple[float, float], tiles: int) -> Tensor:
    # torchvision has no CLAHE: each tile's equalization, its histogram cut at the limit, blended between tiles
    levels = to_bytes(F.rgb_to_grayscale(image) if len(image) == 3 else image)[0].long()
    height, width = levels.shape
    tall, wide = math.ceil(height / tiles), math.ceil(width / tiles)
    most = max(int(uniform(*limit) * tall * wide / 256), 1)
    padded = F.pad(levels[None], [0, 0, tiles * wide - width, tiles * tall - height], padding_mode="reflect")[0]
    tables = torch.empty(tiles, tiles, 256)
    for row in range(tiles):
        for column in range(tiles):
            tile = padded[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide]
            counts = torch.bincount(tile.flatten(), minlength=256)
            spare = int((counts - most).clamp(min=0).sum())
            counts = counts.clamp(max=most) + spare // 256
            if spare % 256:
                every = max(256 // (spare % 256), 1)
                counts[: spare % 256 * every : every] += 1
            tables[row, column] = counts.cumsum(0) / (tall * wide)
    y, x = (torch.arange(n) / side - 0.5 for n, side in ((height, tall), (width, wide)))
    top, left = (places.floor().clamp(0, tiles - 1).long() for places in (y, x))
    bottom, right = (top + (y > 0)).clamp(max=tiles - 1), (left + (x > 0)).clamp(max=tiles - 1)
    down, across = (y - top).clamp(0, 1)[:, None], (x - left).clamp(0, 1)
    upper = tables[top[:, None], left, levels].lerp(tables[top[:, None], right, levels], across)
    lower = tables[bottom[:, None], left, levels].lerp(tables[bottom[:, None], right, levels], across)
    return (image + upper.lerp(lower, down) - levels / 255).clamp(0, 1)


def posterize(image: Tensor, bits: tuple[float, float]) -> Tensor:
    return to_float(F.posterize(to_bytes(image), round(uniform(*bits))))


def solarize(image: Tensor, threshold: tuple[float, float]) -> Tensor:
    return F.solarize(image, uniform(*threshold) / 100)


def window_jitter(image: Tensor, level: tuple[float, float], width: tuple[float, float]) -> Tensor:
    # torchvision has no windows
    return ((image - 0.5 - uniform(*level) / 100) / uniform(*width) + 0.5).clamp(0, 1)
