"""Kernel distance between two sets of features (Binkowski et al. 2018, "KID")."""

import torch
from torch import Tensor

from models.events import Progress, Task, finish

CHUNK = 1024


def kernel_distance(x: Tensor, y: Tensor) -> float:
    """1,000 times the unbiased squared maximum mean discrepancy of feature rows x (N, D) and y (M, D).

    Cubic polynomial kernel (x.y / D + 1)^3 over all pairs. About 0, or a little below, when both come from one
    distribution, whatever N and M: unlike the Frechet distance it can be trusted with few samples.
    """
    return combine(finish(mean_within(x)), finish(mean_within(y)), finish(mean_between(x, y)))


def combine(within_x: float, within_y: float, between: float) -> float:
    """The kernel distance from the mean kernel values within each set and between them."""
    return 1000 * (within_x + within_y - 2 * between)


def mean_within(x: Tensor) -> Task[float]:
    """The mean kernel value over all pairs of different rows of x (N, D), N >= 2. Yields `Progress`."""
    x = torch.as_tensor(x)
    if len(x) < 2:
        raise ValueError("a kernel distance needs at least two rows on each side")
    chunks = x.split(CHUNK)
    pairs = [(i, j) for i in range(len(chunks)) for j in range(i + 1)]
    total = -(x.to(torch.float64).square().sum(1) / x.shape[1] + 1).pow(3).sum()  # each row with itself
    for done, (i, j) in enumerate(pairs, 1):
        total += _sum(chunks[i], chunks[j]) * (1 if i == j else 2)
        yield Progress(done, len(pairs), "Comparing images")
    return float(total / (len(x) * (len(x) - 1)))


def mean_between(x: Tensor, y: Tensor) -> Task[float]:
    """The mean kernel value over all pairs of a row of x (N, D) and a row of y (M, D). Yields `Progress`."""
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    pairs = [(rows, columns) for rows in x.split(CHUNK) for columns in y.split(CHUNK)]
    total = torch.zeros((), dtype=torch.float64)
    for done, (rows, columns) in enumerate(pairs, 1):
        total += _sum(rows, columns)
        yield Progress(done, len(pairs), "Comparing images")
    return float(total / (len(x) * len(y)))


def _sum(rows: Tensor, columns: Tensor) -> Tensor:
    one = torch.ones((), dtype=torch.float64)
    products = torch.addmm(one, rows.to(torch.float64), columns.to(torch.float64).T, alpha=1 / rows.shape[1])
    return products.pow_(3).sum()
