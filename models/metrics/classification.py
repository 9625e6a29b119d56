"""How good a classifier's probabilities are, with weighted images, so that a bootstrap can resample them.

Of each figure: probabilities (S, n, C) of S trials, true classes int64 (n,), weights (B, n) of B resamplings -> float64
(S, B), each 0..1.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Figure = Callable[[Tensor, Tensor, Tensor], Tensor]


def accuracy(probabilities: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """The share of the images whose most likely class is the true one."""
    return _right(probabilities, labels) @ weights.T / weights.sum(1)


def balanced_accuracy(probabilities: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """The mean over classes of the share that is recognized; over those that a resampling holds."""
    right = _right(probabilities, labels)
    shares = [
        right[:, chosen] @ weights[:, chosen].T / weights[:, chosen].sum(1)
        for chosen in (labels == label for label in labels.unique().tolist())
    ]
    return torch.stack(shares).nanmean(0)


def auroc(probabilities: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """The chance that of two images of two classes, 0 and 1, the one of class 1 is held for it rather (Hanley & McNeil
    1982); ties count half. NaN where a resampling lacks a class."""
    return torch.stack([_auroc(scores, labels, weights) for scores in probabilities[:, :, 1]])


FIGURES: dict[str, Figure] = {"accuracy": accuracy, "balanced_accuracy": balanced_accuracy, "auroc": auroc}


def _right(probabilities: Tensor, labels: Tensor) -> Tensor:
    return (probabilities.argmax(2) == labels).to(torch.float64)


def _auroc(scores: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    scores, order = scores.sort(stable=True)
    weights, is_one = weights[:, order], labels[order] == 1
    ones, zeros = weights * is_one, weights * ~is_one
    up_to = zeros.cumsum(1)
    first, last = torch.searchsorted(scores, scores), torch.searchsorted(scores, scores, right=True) - 1
    below = up_to[:, first] - zeros[:, first]
    return (ones * (below + up_to[:, last])).sum(1) / (2 * ones.sum(1) * zeros.sum(1))
