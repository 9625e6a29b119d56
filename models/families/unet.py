"""A small U-Net that knows the time and the class (Ronneberger et al. 2015, as in Ho et al. 2020)."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle, pixel_unshuffle, silu

from models.families.blocks import initialize_convolutions

TIMES = 16  # frequencies that a time is told by
CODE = 64
CLASS_CODE = 16
GROUP = 8


class UNet(nn.Module):
    """(images (B, inputs, H, W), times (B,) in 0..1, labels (B,)) -> (B, outputs, H, W); even sides.

    Works at half the resolution, four neighboring pixels being channels of one: a quarter of the time at no loss.
    """

    def __init__(self, inputs: int, outputs: int, classes: int, width: int) -> None:
        super().__init__()
        width = -(-width // GROUP) * GROUP
        self.code = Code(classes)
        self.enter = nn.Conv2d(4 * inputs, width, 3, 1, 1)
        self.fine = Block(width, width)
        self.halve = nn.Conv2d(width, 2 * width, 3, 2, 1)
        self.middle = Block(2 * width, 2 * width)
        self.halve_again = nn.Conv2d(2 * width, 3 * width, 3, 2, 1)
        self.coarse = nn.ModuleList([Block(3 * width, 3 * width), Block(3 * width, 3 * width)])
        self.enlarge = nn.Conv2d(3 * width, 2 * width, 3, 1, 1)
        self.middle_back = Block(4 * width, 2 * width)
        self.enlarge_again = nn.Conv2d(2 * width, width, 3, 1, 1)
        self.fine_back = Block(2 * width, width)
        self.norm = nn.GroupNorm(GROUP, width)
        self.leave = nn.Conv2d(width, 4 * outputs, 3, 1, 1)

    def initialize(self, random: torch.Generator) -> None:
        """Fresh weights; the small ones that suit adversarial networks learn more slowly here."""
        blocks = [module for module in self.modules() if isinstance(module, Block)]
        initialize_convolutions(self, [*(block.second for block in blocks), self.leave], random)

    def hidden_weights(self) -> list[Tensor]:
        """Of all convolutions but the first and the last."""
        ends = self.enter, self.leave
        return [module.weight for module in self.modules() if isinstance(module, nn.Conv2d) and module not in ends]

    def forward(self, images: Tensor, times: Tensor, labels: Tensor) -> Tensor:
        code = self.code(times, labels)
        fine = self.fine(self.enter(pixel_unshuffle(images, 2)), code)
        middle = self.middle(self.halve(fine), code)
        coarse = self.halve_again(middle)
        for block in self.coarse:
            coarse = block(coarse, code)
        back = self.middle_back(torch.cat((_enlarged(self.enlarge(coarse), middle), middle), 1), code)
        back = self.fine_back(torch.cat((_enlarged(self.enlarge_again(back), fine), fine), 1), code)
        return pixel_shuffle(self.leave(silu(self.norm(back))), 2)


class Code(nn.Module):
    """Times in 0..1 and labels as vectors (B, 64)."""

    frequencies: Tensor

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", math.pi / 2 * torch.arange(1, TIMES + 1))
        self.classes = nn.Embedding(classes, CLASS_CODE) if classes > 1 else None
        inputs = 2 * TIMES + (CLASS_CODE if self.classes else 0)
        self.layers = nn.Sequential(nn.Linear(inputs, CODE), nn.SiLU(), nn.Linear(CODE, CODE), nn.SiLU())

    def forward(self, times: Tensor, labels: Tensor) -> Tensor:
        angles = times[:, None] * self.frequencies
        known = [angles.sin(), angles.cos()]
        if self.classes is not None:
            known.append(self.classes(labels))
        return self.layers(torch.cat(known, 1))


class Block(nn.Module):
    """Two convolutions beside a short cut (He et al. 2016), the code scaling and shifting what lies between them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first_norm, self.second_norm = nn.GroupNorm(GROUP, inputs), nn.GroupNorm(GROUP, outputs)
        self.first, self.second = nn.Conv2d(inputs, outputs, 3, 1, 1), nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.modulate = nn.Linear(CODE, 2 * outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, maps: Tensor, code: Tensor) -> Tensor:
        scale, shift = self.modulate(code)[:, :, None, None].chunk(2, 1)
        inner = self.second_norm(self.first(silu(self.first_norm(maps)))) * (1 + scale) + shift
        return self.shortcut(maps) + self.second(silu(inner))


def _enlarged(maps: Tensor, like: Tensor) -> Tensor:
    return interpolate(maps, like.shape[2:], mode="nearest")
