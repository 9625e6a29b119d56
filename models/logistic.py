"""Multinomial logistic regression: the classifier that has no initialization and no order to be lucky with."""

from dataclasses import dataclass

import torch
from torch import Tensor

ROUNDS = 60
"""Iterations of L-BFGS, from the weights of the next stronger penalty."""


@dataclass(frozen=True)
class Logistic:
    """weights: (D, C); bias: (C,)."""

    weights: Tensor
    bias: Tensor

    @classmethod
    def blank(cls, features: int, classes: int) -> "Logistic":
        """One that holds all classes for equally likely."""
        return cls(torch.zeros(features, classes), torch.zeros(classes))

    def log_probabilities(self, rows: Tensor) -> Tensor:
        """Logarithms of the probability of each class, (n, C), for feature rows (n, D)."""
        return (rows @ self.weights + self.bias).log_softmax(1)

    def fit(self, rows: Tensor, targets: Tensor, importance: Tensor, penalty: float) -> "Logistic":
        """The one of the least penalized loss (L-BFGS, from this one on).

        The loss is the cross entropy of rows (n, D) with targets (n, C), which may be soft, each weighted by its
        importance (n,), plus `penalty` times the squared weights.
        """
        weights, bias = (part.clone().requires_grad_() for part in (self.weights, self.bias))
        optimizer = torch.optim.LBFGS([weights, bias], max_iter=ROUNDS, line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            optimizer.zero_grad()
            found = Logistic(weights, bias).log_probabilities(rows)
            value = penalty * weights.square().sum() - (importance * (targets * found).sum(1)).sum()
            value.backward()
            return value

        optimizer.step(loss)
        return Logistic(weights.detach(), bias.detach())
