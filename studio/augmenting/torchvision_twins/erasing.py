"""What covers parts of the image."""

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from studio.augmenting.torchvision_twins.basics import shorter_side, uniform


def fill_color(image: Tensor, fill: str) -> Tensor:
    mean = image.mean((1, 2), keepdim=True)
    return mean if fill == "mean" else torch.zeros_like(mean)


def cutout(image: Tensor, side: tuple[float, float], boxes: int, fill: str) -> Tensor:
    height, width = image.shape[-2:]
    edge, color = max(1, round(uniform(*side) / 100 * shorter_side(image))), fill_color(image, fill)
    for _ in range(boxes):
        top, left = (int(torch.randint(0, length - edge + 1, ())) for length in (height, width))
        image = F.erase(image, top, left, edge, edge, color)
    return image


def random_erasing(image: Tensor, area: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    pixels, proportion = uniform(*area) / 100 * height * width, 0.3 ** uniform(-1, 1)
    tall = min(height, max(1, round((pixels * proportion) ** 0.5)))
    wide = min(width, max(1, round((pixels / proportion) ** 0.5)))
    top, left = int(torch.randint(0, height - tall + 1, ())), int(torch.randint(0, width - wide + 1, ()))
    return F.erase(image, top, left, tall, wide, torch.rand(len(image), tall, wide))


def grid_mask(image: Tensor, covered: tuple[float, float], cell: tuple[float, float], fill: str) -> Tensor:
    # torchvision has no grid mask
    period = max(2, round(uniform(*cell) / 100 * shorter_side(image)))
    side = round(uniform(*covered) / 100 * period)
    rows, columns = (
        (torch.arange(length) + int(torch.randint(0, period, ()))) % period < side for length in image.shape[-2:]
    )
    return torch.where(rows[:, None] & columns, fill_color(image, fill), image)


def coarse_dropout(image: Tensor, holes: tuple[float, float], side: tuple[float, float], fill: str) -> Tensor:
    height, width = image.shape[-2:]
    longest, color = uniform(*side) / 100 * shorter_side(image), fill_color(image, fill)
    for _ in range(round(uniform(*holes))):
        tall, wide = (max(1, round(longest * uniform(0.5, 1))) for _ in range(2))
        top, left = int(torch.randint(0, height - tall + 1, ())), int(torch.randint(0, width - wide + 1, ()))
        image = F.erase(image, top, left, tall, wide, color)
    return image
