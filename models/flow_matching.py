"""Flow matching: a network learns the velocity that carries noise to data (Lipman et al. 2023).

On the way, at time t in 0..1, a point is (1 - t) noise + t data; its velocity is data - noise.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

Velocity = Callable[[Tensor, Tensor], Tensor]
"""(points (B, C, H, W), times (B,)) -> their velocities."""


def flow_loss(velocity: Velocity, data: Tensor, random: torch.Generator) -> Tensor:
    """The mean squared error of the velocity at one random moment for each of `data` (B, C, H, W).

    Most moments lie in the middle of the way, where there is most to decide (Esser et al. 2024).
    """
    noise = normal_like(data, random)
    times = torch.sigmoid(torch.randn(len(data), generator=random)).to(data.device)
    between = torch.lerp(noise, data, times[:, None, None, None])
    return (velocity(between, times) - (data - noise)).square().mean()


def carry(velocity: Velocity, points: Tensor, steps: int, start: float = 0.0) -> Tensor:
    """Points (B, C, H, W) at time `start`, carried to time 1 by Heun's method; the last of the steps is Euler's."""
    moments = torch.linspace(start, 1, steps + 1).tolist()
    for now, then in pairwise(moments):
        times = torch.full((len(points), 2), now, device=points.device)
        times[:, 1] = then
        speed = velocity(points, times[:, 0])
        ahead = points + (then - now) * speed
        if then < 1:
            ahead = points + (then - now) / 2 * (speed + velocity(ahead, times[:, 1]))
        points = ahead
    return points


def normal_like(data: Tensor, random: torch.Generator) -> Tensor:
    """Standard normals of the same shape, drawn where `random` is."""
    return torch.randn(data.shape, generator=random).to(data.device)
