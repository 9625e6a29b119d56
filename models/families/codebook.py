"""A list of vectors that others are rounded to, which follows them."""

import torch
from torch import Tensor

from models.families.quantizer import DECAY, Quantizer


class Codebook(Quantizer):
    """Each code is the mean of the vectors that are rounded to it (van den Oord et al. 2017, appendix A).

    An unused code is put where a vector is (Dhariwal et al. 2020, "Jukebox"), which is also how they begin: shares are
    0 at first.

    sums: (K, d), of the codes' vectors.
    """

    sums: Tensor

    def __init__(self, count: int, size: int) -> None:
        super().__init__()
        self.register_buffer("codes", torch.zeros(count, size))
        self.register_buffer("shares", torch.zeros(count))
        self.register_buffer("sums", torch.zeros(count, size))

    def nearest(self, vectors: Tensor) -> Tensor:
        # |v - c|^2 without |v|^2, which is the same for every code.
        return torch.addmm(self.codes.square().sum(1), vectors, self.codes.T, alpha=-2).argmin(1)

    @torch.no_grad()
    def follow(self, vectors: Tensor, random: torch.Generator) -> None:
        dead = self.unused
        places = torch.randint(len(vectors), (len(dead),), generator=random).to(vectors.device)
        even = 1 / len(dead)
        self.shares[dead] = even
        self.sums[dead] = even * vectors[places][dead]
        self.codes[dead] = vectors[places][dead]
        chosen = self.nearest(vectors)
        self.count(chosen)
        sums = torch.zeros_like(self.sums).index_add_(0, chosen, vectors) / len(vectors)
        self.sums.lerp_(sums, 1 - DECAY)
        self.codes.copy_(self.sums / self.shares.clamp_min(1e-9)[:, None])
