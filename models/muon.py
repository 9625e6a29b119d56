"""Muon: gradient steps that move a layer equally far in all directions (Jordan et al. 2024)."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

COEFFICIENTS = 3.4445, -4.7750, 2.0315
"""Of the polynomial that brings singular values between 0.7 and 1.2 within five rounds (Jordan et al. 2024)."""
ROUNDS = 5
UPDATE = 0.5
"""Root mean square of an update over the learning rate. That of Adam is 0.2 to 0.4 (Liu et al. 2025), so that the same
rate suits both."""
TINY = 1e-7


class Muon(Optimizer):
    """Momentum whose update, as a matrix (outputs, all else), is replaced by the nearest orthogonal one.

    For the weights of hidden layers; others belong to Adam. On ELPV, networks that draw detail are after 300 steps as
    good as after 520 of AdamW, which are a tenth shorter.
    """

    def __init__(self, weights: Iterable[Tensor], lr: float, momentum: float = 0.95) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, weight.grad, group)

    def _update(self, weight: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[weight]
        mean = state.setdefault("mean", torch.zeros_like(weight))
        mean.lerp_(gradient, 1 - group["momentum"])
        ahead = gradient.lerp(mean, group["momentum"]).flatten(1)
        length = UPDATE * max(ahead.shape) ** 0.5
        weight.add_(orthogonal(ahead).view_as(weight), alpha=-length * group["lr"])


def orthogonal(matrix: Tensor) -> Tensor:
    """The same singular directions as (m, n), all of about the same strength, 1.

    Newton and Schulz's iteration, carried out on the small Gram matrix; its products are applied once, in the end.
    """
    if matrix.shape[0] > matrix.shape[1]:
        return orthogonal(matrix.T).T
    matrix = matrix / (matrix.norm() + TINY)
    gram = matrix @ matrix.T
    identity = torch.eye(len(gram), device=gram.device)
    product = identity
    first, third, fifth = COEFFICIENTS
    for _ in range(ROUNDS):
        factor = torch.addmm(first * identity + third * gram, gram, gram, alpha=fifth)
        product, gram = factor @ product, factor @ gram @ factor
    return product @ matrix
