"""What lies over the image: light, gloss, scratches, dust, defects."""

import math

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from studio.augmenting.torchvision_twins.basics import shorter_side, uniform
from studio.augmenting.torchvision_twins.geometry import INTERPOLATION
from studio.augmenting.torchvision_twins.quality import blurred

DEFECTS: list[tuple[Tensor, Tensor]] = []  # fill in: images (C, h, w) and masks (h, w) of what defect_paste may paste


def bias_field(image: Tensor, amount: tuple[float, float]) -> Tensor:
    # torchvision has no bias field
    y, x = (torch.linspace(-1, 1, length) for length in image.shape[-2:])
    powers = [(p, q) for p in range(4) for q in range(4) if 0 < p + q <= 3]
    field = sum(uniform(-1, 1) * y[:, None] ** p * x**q for p, q in powers)
    field = torch.as_tensor(field)
    return (image * torch.exp(field / field.abs().max() * math.log1p(uniform(*amount) / 100))).clamp(0, 1)


def illumination_gradient(image: Tensor, amount: tuple[float, float]) -> Tensor:
    # torchvision has no uneven light
    y, x = (torch.linspace(-1, 1, length) for length in image.shape[-2:])
    angle = uniform(0, 2 * math.pi)
    slope = (math.sin(angle) * y[:, None] + math.cos(angle) * x) / (abs(math.sin(angle)) + abs(math.cos(angle)))
    return (image * (1 + slope * uniform(*amount) / 100)).clamp(0, 1)


def specular_spot(image: Tensor, brightness: tuple[float, float], size: tuple[float, float]) -> Tensor:
    # torchvision has no gloss
    height, width = image.shape[-2:]
    x = torch.arange(width) - uniform(0, width)
    y = torch.arange(height)[:, None] - uniform(0, height)
    angle, long = uniform(0, math.pi), uniform(*size) / 200 * shorter_side(image)
    short = long / uniform(1, 3)
    along, across = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    spot = torch.exp(-((along / long) ** 2 + (across / short) ** 2) / 2) * uniform(*brightness) / 100
    return image + (1 - image) * spot


def scratches(image: Tensor, count: tuple[float, float], opacity: tuple[float, float]) -> Tensor:
    # torchvision draws no lines that are half transparent
    height, width = image.shape[-2:]
    cover = uniform(*opacity) / 100
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    for _ in range(round(uniform(*count))):
        point, angle = [uniform(0, width), uniform(0, height)], uniform(0, 2 * math.pi)
        step = math.hypot(height, width) * uniform(0.025, 0.5) / 12
        nearest = torch.full((height, width), math.inf)
        for _ in range(12):
            angle += 0.06 * float(torch.randn(()))
            way = [math.cos(angle) * step, math.sin(angle) * step]
            along = (((x - point[0]) * way[0] + (y - point[1]) * way[1]) / step**2).clamp(0, 1)
            away = torch.hypot(x - point[0] - along * way[0], y - point[1] - along * way[1])
            nearest = torch.minimum(nearest, away)
            point = [point[0] + way[0], point[1] + way[1]]
        image = image + (float(torch.randint(2, ())) - image) * (1 - nearest).clamp(min=0) * cover
    return image


def dust(image: Tensor, count: tuple[float, float], size: tuple[float, float], opacity: tuple[float, float]) -> Tensor:
    # torchvision draws no specks
    height, width = image.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    largest, cover = uniform(*size) / 200 * shorter_side(image), torch.zeros(height, width)
    for _ in range(round(uniform(*count))):
        away = torch.hypot(x - uniform(0, width), y - uniform(0, height))
        cover = torch.maximum(cover, (largest * uniform(0.3, 1) + 0.5 - away).clamp(0, 1))
    return image * (1 - cover * uniform(*opacity) / 100)


def defect_paste(image: Tensor, scale: tuple[float, float], angle: tuple[float, float]) -> Tensor:
    # torchvision has no cut-and-paste
    if not DEFECTS:
        return image
    height, width = image.shape[-2:]
    piece, mask = DEFECTS[int(torch.randint(len(DEFECTS), ()))]
    both = torch.cat([piece, mask[None].to(piece.dtype)])
    turned = F.rotate(both, uniform(*angle), INTERPOLATION, expand=True)
    factor = uniform(*scale)
    turned = F.resize(turned, [max(1, round(side * factor)) for side in turned.shape[-2:]])
    tall, wide = turned.shape[-2:]
    top, left = int(uniform(0, height)) - tall // 2, int(uniform(0, width)) - wide // 2
    placed = F.pad(turned, [max(left, 0), max(top, 0), max(width - left - wide, 0), max(height - top - tall, 0)])
    placed = F.crop(placed, max(-top, 0), max(-left, 0), height, width)
    share = blurred(placed[-1:].clamp(0, 1), max(0.02 * max(tall, wide), 0.5))
    return image + (placed[:-1] - image) * share
