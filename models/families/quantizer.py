"""What vectors are rounded to: one of a list of codes."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

DECAY = 0.98
DEAD = 0.1
"""A code used less often than this part of an even share counts as unused."""


class Quantizer(nn.Module, ABC):
    """K codes of d numbers.

    codes: (K, d). shares: (K,), of the vectors that each code stands for, averaged over steps.
    """

    codes: Tensor
    shares: Tensor

    @abstractmethod
    def nearest(self, vectors: Tensor) -> Tensor:
        """The codes int64 (N,) of vectors (N, d)."""

    @abstractmethod
    def follow(self, vectors: Tensor, random: torch.Generator) -> None:
        """Go on to the vectors (N, d) of a step, before they are rounded."""

    @property
    def unused(self) -> Tensor:
        """Which codes hardly any vector is rounded to: bool (K,)."""
        return self.shares < DEAD / len(self.shares)

    def count(self, chosen: Tensor) -> None:
        """Take note of the codes int64 (N,) of a step's vectors."""
        self.shares.lerp_(chosen.bincount(minlength=len(self.shares)) / len(chosen), 1 - DECAY)
