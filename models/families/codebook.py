"""A list of vectors that others are rounded to, which follows them."""

import torch
from torch import Tensor, nn

DECAY = 0.98
DEAD = 0.1
"""A code used less often than this part of an even share counts as unused."""


class Codebook(nn.Module):
    """K codes of d numbers, each the mean of the vectors that are rounded to it (van den Oord et al. 2017, appendix A).

    An unused code is put where a vector is (Dhariwal et al. 2020, "Jukebox"), which is also how they begin.

    codes: (K, d). shares: (K,), of the vectors, averaged over steps; 0 at first. sums: (K, d), of the codes' vectors.
    """

    codes: Tensor
    shares: Tensor
    sums: Tensor

    def __init__(self, count: int, size: int) -> None:
        super().__init__()
        self.register_buffer("codes", torch.zeros(count, size))
        self.register_buffer("shares", torch.zeros(count))
        self.register_buffer("sums", torch.zeros(count, size))

    def nearest(self, vectors: Tensor) -> Tensor:
        """The codes int64 (N,) of vectors (N, d)."""
        # |v - c|^2 without |v|^2, which is the same for every code.
        return torch.addmm(self.codes.square().sum(1), vectors, self.codes.T, alpha=-2).argmin(1)

    @property
    def unused(self) -> Tensor:
        """Which codes hardly any vector is rounded to: bool (K,)."""
        return self.shares < DEAD / len(self.shares)

    @torch.no_grad()
    def follow(self, vectors: Tensor, random: torch.Generator) -> None:
        """Go on to the vectors (N, d) of a step, before they are rounded."""
        dead = self.unused
        places = torch.randint(len(vectors), (len(dead),), generator=random).to(vectors.device)
        even = 1 / len(dead)
        self.shares[dead] = even
        self.sums[dead] = even * vectors[places][dead]
        self.codes[dead] = vectors[places][dead]
        chosen = self.nearest(vectors)
        shares = chosen.bincount(minlength=len(dead)) / len(vectors)
        sums = torch.zeros_like(self.sums).index_add_(0, chosen, vectors) / len(vectors)
        self.shares.lerp_(shares, 1 - DECAY)
        self.sums.lerp_(sums, 1 - DECAY)
        self.codes.copy_(self.sums / self.shares.clamp_min(1e-9)[:, None])
