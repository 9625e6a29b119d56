"""What the other operations are written with."""

import torch
from torch import Tensor


def happens(probability: float) -> bool:
    return float(torch.rand(())) < probability


def uniform(low: float, high: float) -> float:
    return low + float(torch.rand(())) * (high - low)


def some_of(steps: int, fewest: int, most: int) -> list[int]:
    """Which of so many steps are taken, in their order."""
    number = int(torch.randint(fewest, most + 1, ()))
    return sorted(torch.randperm(steps)[:number].tolist())


def shorter_side(image: Tensor) -> int:
    return min(image.shape[-2:])


def to_bytes(image: Tensor) -> Tensor:
    return (image * 255).round().to(torch.uint8)


def to_float(image: Tensor) -> Tensor:
    return image.to(torch.float32) / 255
