"""A map of many rows of numbers on which each lies among those that are nearest to it: t-SNE (van der Maaten & Hinton
2008, JMLR 9).

The forces between all points are taken on a grid by Fourier transforms (FIt-SNE: Linderman et al. 2019, Nature Methods
16), so that time grows with the number of points and not with its square. Each row is drawn to its nearest ones by
equal forces, which makes the same map as forces by perplexity (Böhm, Berens & Kobak 2022, JMLR 23); the start is at the
principal components and the step follows the number of points (Kobak & Berens 2019, Nature Communications 10).
"""

from typing import TYPE_CHECKING

import numpy as np

from models.events import Progress, Task
from studio.imaging.neighbors import nearest
from studio.text import tr

if TYPE_CHECKING:
    from torch import Tensor

NEIGHBORS = 15
SHARE = 1 / 6
"""Of all points that are neighbors at most: where most are, all are drawn into one."""
FEWEST = 24
"""Points from which on a layout shows more than two principal components do."""
PHASES = ((150, 12.0), (300, 2.0))
"""Steps, and how much stronger points attract than they should: first for groups to form, then for these to stand
apart."""
MOMENTUM = 0.8
LONGEST_STEP = 5.0
START = 1e-4
"""Deviation of the places at the start: small, so that points can pass each other."""
CELL = 0.5
"""Side of a cell of the grid, where the map is not too large for that; forces change over a length of 1."""
SIDES = (32, 64, 128, 256)
"""Cells along the grid."""
LANDMARKS = 20_000
"""Rows that are laid out; of more, evenly chosen ones are, and the others lie among those nearest to them."""
AMONG = 3


def neighbor_embedding(rows: np.ndarray) -> Task[np.ndarray]:
    """Places float32 (n, 2) of rows (n, D), whose first two columns say where they start. The same rows give the same
    places, but for rounding. Yields `Progress`."""
    if len(rows) < FEWEST:
        return rows[:, :2]
    chosen = np.linspace(0, len(rows) - 1, min(len(rows), LANDMARKS), dtype=int)
    places = yield from _laid_out(rows[chosen])
    if len(chosen) == len(rows):
        return places
    found, away = yield from nearest(rows[chosen], AMONG, rows)
    weights = 1 / (away**2 + 1e-12)
    among = (weights[..., None] * places[found]).sum(1) / weights.sum(1, keepdims=True)
    among[chosen] = places
    return among


def _laid_out(rows: np.ndarray) -> Task[np.ndarray]:
    import torch

    found, _ = yield from nearest(rows, min(NEIGHBORS, int(SHARE * len(rows))))
    neighbors = torch.from_numpy(found)
    places = torch.from_numpy(rows[:, :2] - rows[:, :2].mean(0))
    places *= START / places[:, 0].std().clamp(min=1e-12)
    velocity, gains = torch.zeros_like(places), torch.ones_like(places)
    total, done = sum(steps for steps, _ in PHASES), 0
    for steps, exaggeration in PHASES:
        rate = len(rows) / exaggeration
        for _ in range(steps):
            yield Progress(done, total, tr("Laying out the map"))
            slope = exaggeration * _attraction(places, neighbors) - _repulsion(places)
            # a larger step where the direction stays, a smaller one where it turns (Jacobs 1988)
            gains = torch.where(slope.sign() == velocity.sign(), 0.8 * gains, gains + 0.2).clamp(min=0.01)
            velocity = MOMENTUM * velocity - rate * gains * slope
            length = velocity.norm(dim=1, keepdim=True)
            places += velocity * (LONGEST_STEP / length.clamp(min=LONGEST_STEP))
            places -= places.mean(0)
            done += 1
    return places.numpy()


def _attraction(places: "Tensor", neighbors: "Tensor") -> "Tensor":
    """The slope (n, 2) by which each point and each of its neighbors (n, k) are drawn together."""
    apart = places[:, None] - places[neighbors]
    drawn = apart / (1 + (apart**2).sum(2, keepdim=True))
    slope = drawn.sum(1).index_add_(0, neighbors.flatten(), -drawn.flatten(0, 1))
    return slope / (2 * neighbors.numel())


def _repulsion(places: "Tensor") -> "Tensor":
    """The slope (n, 2) by which all points drive each other apart."""
    import torch

    low = places.amin(0)
    span = float((places.amax(0) - low).max())
    side = next((side for side in SIDES if (side - 1) * CELL > span), SIDES[-1])
    cell = max(span, START) / (side - 2)
    corners, shares = _on_grid((places - low) / cell, side)
    masses = torch.cat([torch.ones_like(places[:, :1]), places], 1)
    grid = torch.zeros(side * side, 3).index_add_(
        0, corners.flatten(), (shares[..., None] * masses[:, None]).flatten(0, 1)
    )
    charges = torch.fft.rfft2(grid.T.view(3, side, side), s=(2 * side, 2 * side))
    near, nearer = _kernels(side, cell)
    fields = torch.fft.irfft2(torch.cat([charges[:1] * near, charges * nearer]), s=(2 * side, 2 * side))
    felt = (fields[:, :side, :side].flatten(1)[:, corners] * shares).sum(2)
    likeness = felt[0].sum() - len(places)  # without that of each point with itself
    return (places * felt[1, :, None] - felt[2:].T) / likeness.clamp(min=1e-12)


def _on_grid(at: "Tensor", side: int) -> "tuple[Tensor, Tensor]":
    """The numbers of the four cells about each place (n, 2), in units of cells, and the share of each: both (n, 4)."""
    import torch

    first = at.floor()
    right, below = (at - first).unbind(1)
    column, row = first.long().unbind(1)
    corners = [row * side + column, row * side + column + 1, (row + 1) * side + column, (row + 1) * side + column + 1]
    shares = [(1 - right) * (1 - below), right * (1 - below), (1 - right) * below, right * below]
    return torch.stack(corners, 1), torch.stack(shares, 1)


def _kernels(side: int, cell: float) -> "tuple[Tensor, Tensor]":
    """What a point does to others on a grid that is twice as large, as spectra: 1 / (1 + squared distance), and its
    square."""
    import torch

    steps = cell * torch.cat([torch.arange(side), torch.arange(-side, 0)])
    near = 1 / (1 + steps[:, None] ** 2 + steps[None] ** 2)
    return torch.fft.rfft2(near), torch.fft.rfft2(near**2)
