"""Finite scalar quantization (Mentzer et al. 2023): each number of a vector is rounded by itself, to few levels."""

from math import prod

import torch
from torch import Tensor, cartesian_prod

from models.families.quantizer import Quantizer

FEWEST_LEVELS = 5
"""Of each number, as Mentzer et al. advise."""
REACH = 3**0.5
"""Numbers spread evenly from minus this to this have variance 1."""


class ScalarLevels(Quantizer):
    """The codes are all combinations of evenly spaced levels of each number; they stay where they are.

    Vectors are `bounded` before they are rounded. levels: (d,), how many of each number. strides: (d,), how many codes
    further the next level of each number is.
    """

    levels: Tensor
    strides: Tensor

    def __init__(self, levels: tuple[int, ...]) -> None:
        super().__init__()
        lines = [REACH * ((2 * torch.arange(count) + 1) / count - 1) for count in levels]
        strides = [prod(levels[place + 1 :]) for place in range(len(levels))]
        self.register_buffer("codes", cartesian_prod(*lines).view(-1, len(levels)), persistent=False)
        self.register_buffer("levels", torch.tensor(levels), persistent=False)
        self.register_buffer("strides", torch.tensor(strides), persistent=False)
        self.register_buffer("shares", torch.full((len(self.codes),), 1 / len(self.codes)))

    @staticmethod
    def bounded(numbers: Tensor) -> Tensor:
        """Normal numbers as evenly spread ones, of variance 1 too.

        So all levels are used alike from the first step on; with the paper's tanh, outer ones are for few numbers.
        """
        return REACH * (2 * torch.special.ndtr(numbers) - 1)

    def nearest(self, vectors: Tensor) -> Tensor:
        levels = (self.levels * (vectors / REACH + 1) / 2).long()
        return (torch.minimum(levels, self.levels - 1) * self.strides).sum(1)

    @torch.no_grad()
    def follow(self, vectors: Tensor, random: torch.Generator) -> None:
        self.count(self.nearest(vectors))


def levels_for(codes: int) -> tuple[int, ...]:
    """How many levels of each number make at most so many codes (from 5 on), of as many numbers as can be."""
    levels = [1]
    while FEWEST_LEVELS ** (len(levels) + 1) <= codes:
        levels.append(1)
    while prod(raised := sorted([levels[0] + 1, *levels[1:]])) <= codes:
        levels = raised
    return tuple(levels[::-1])
