"""Kernel distance between two sets of features (Binkowski et al. 2018, "KID")."""

import torch
from torch import Tensor

CHUNK = 2048


def kernel_distance(x: Tensor, y: Tensor) -> float:
    """1,000 times the unbiased squared maximum mean discrepancy of feature rows x (N, D) and y (M, D).

    Cubic polynomial kernel (x.y / D + 1)^3 over all pairs. About 0, or a little below, when both come from one
    distribution, whatever N and M: unlike the Frechet distance it can be trusted with few samples.
    """
    return combine(mean_within(x), mean_within(y), mean_between(x, y))


def combine(within_x: float, within_y: float, between: float) -> float:
    """The kernel distance from the mean kernel values within each set and between them."""
    return 1000 * (within_x + within_y - 2 * between)


def mean_within(x: Tensor) -> float:
    """The mean kernel value over all pairs of different rows of x (N, D), N >= 2."""
    x = torch.as_tensor(x)
    if len(x) < 2:
        raise ValueError("a kernel distance needs at least two rows on each side")
    itself = (x.to(torch.float64).square().sum(1) / x.shape[1] + 1).pow(3).sum()
    return float((_sum(x, x) - itself) / (len(x) * (len(x) - 1)))


def mean_between(x: Tensor, y: Tensor) -> float:
    """The mean kernel value over all pairs of a row of x (N, D) and a row of y (M, D)."""
    return float(_sum(torch.as_tensor(x), torch.as_tensor(y)) / (len(x) * len(y)))


def _sum(x: Tensor, y: Tensor) -> Tensor:
    total = torch.zeros((), dtype=torch.float64)
    for rows in x.split(CHUNK):
        rows = rows.to(torch.float64)
        for columns in y.split(CHUNK):
            kernel = torch.addmm(
                torch.ones((), dtype=torch.float64), rows, columns.to(torch.float64).T, alpha=1 / x.shape[1]
            )
            total += kernel.pow_(3).sum()
    return total
