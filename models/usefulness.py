"""Whether images help a classifier: the same one learned with and without them, and how sure the difference is.

One trial sets a part of the real training images aside, learns from the others with ever weaker penalties, and keeps
the one that fits the part set aside best. Every arm of a trial has the same part set aside and is judged on the same
unseen images. Choosing the penalty is what makes it honest: with a fixed one, any further images help merely because
they keep weights small (measured on 200 photos of solar cells: AUROC +.07 at a weak penalty, -.01 at a strong one).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.events import Progress, Task
from models.logistic import Logistic
from models.metrics.classification import Figure

PENALTIES = (30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
"""From the strongest on: a classifier that has learned is where the next one goes on from."""
PATIENCE = 1.1
"""Weaker penalties are no longer tried where the loss is this many times the least."""
COMPONENTS = 256
DRAWS = 1000
CONFIDENCE = 0.95
BLOCK = 2**18
"""Weights that are made at a time: a tenth of a second's work for each arm."""


@dataclass(frozen=True)
class Examples:
    """What is learned from.

    rows: features float32 (n, D). targets: float32 (n, C), the class of each, soft where classes are mixed.
    sources: int64 (n,), the real image that each is made from; None: from none in particular.
    """

    rows: Tensor
    targets: Tensor
    sources: Tensor | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def without(self, aside: Tensor) -> "Examples":
        """Those that are not made from a real image (N,) set aside."""
        if self.sources is None:
            return self
        kept = ~aside[self.sources]
        return Examples(self.rows[kept], self.targets[kept])

    def importance(self) -> Tensor:
        """Weights (n,) that give each class the same part of 1: what balance alone would bring is no gain."""
        totals = self.targets.sum(0)
        shares = torch.where(totals > 0, 1 / totals, 0.0)
        return (self.targets * shares).sum(1) / (totals > 0).sum()


@dataclass(frozen=True)
class View:
    """The first principal components of real training images, which is where a classifier sees all images."""

    mean: Tensor
    axes: Tensor

    @classmethod
    def of(cls, rows: Tensor) -> "View":
        """Of features (N, D), scaled by one factor; at most `COMPONENTS`."""
        mean = rows.mean(0, dtype=torch.float64)
        centered = rows.to(torch.float64) - mean
        axes = _axes(centered)[:, :COMPONENTS] / centered.std().clamp_min(1e-9)
        return cls(mean.to(torch.float32), axes.to(torch.float32))

    def __call__(self, rows: Tensor) -> Tensor:
        return (rows - self.mean) @ self.axes


def _axes(centered: Tensor) -> Tensor:
    """All principal axes (D, min(N, D)) of rows (N, D), the longest first, in whichever way is quick for so many."""
    if len(centered) <= centered.shape[1]:
        return torch.linalg.svd(centered, full_matrices=False).Vh.T
    return torch.linalg.eigh(centered.T @ centered).eigenvectors.flip(1)


def trial(real: Examples, extras: Sequence[Examples], aside: Tensor, unseen: Tensor) -> Task[Tensor]:
    """The probabilities (M, C) of unseen images (M, D) by the classifier that learned from real images and extras.

    aside: bool (N,), the real images that choose the penalty instead, and nothing made from which is learned from.
    Real images and each set of extras have the same weight together, whatever their numbers, and each class in them.
    Yields `Progress` before each penalty.
    """
    learned = [Examples(real.rows[~aside], real.targets[~aside]), *(extra.without(aside) for extra in extras)]
    rows, targets = torch.cat([each.rows for each in learned]), torch.cat([each.targets for each in learned])
    importance = torch.cat([each.importance() for each in learned]) / len(learned)
    judges = Examples(real.rows[aside], real.targets[aside])
    found = best = Logistic.blank(rows.shape[1], targets.shape[1])
    least = float("inf")
    for done, penalty in enumerate(PENALTIES):
        yield Progress(done, len(PENALTIES), "Teaching a classifier")
        found = found.fit(rows, targets, importance, penalty)
        loss = -float((judges.importance() * (judges.targets * found.log_probabilities(judges.rows)).sum(1)).sum())
        if loss < least:
            best, least = found, loss
        elif loss > PATIENCE * least:
            break
    return best.log_probabilities(unseen).exp()


@dataclass(frozen=True)
class Gain:
    """How much higher a figure is than without, and the interval that holds it at 95% confidence."""

    difference: float
    low: float
    high: float


def gains(
    figure: Figure, without: Tensor, arms: Mapping[str, Tensor], labels: Tensor, groups: Tensor
) -> Task[dict[str, Gain]]:
    """The gain of each arm in a figure, from the probabilities (S, n, C) of the same S trials.

    groups: int64 (n,); images of the same one are resampled together. The interval is a percentile bootstrap over
    trials and held-out images at once (Owen 2007, "The pigeonhole bootstrap"): another choice of either would move the
    figure, and the same trials on the same images are compared, so that only what differs counts. Yields `Progress`.
    """
    base = figure(without, labels, torch.ones(1, len(labels), dtype=torch.float64))
    draws: dict[str, list[Tensor]] = {name: [] for name in arms}
    for weights, parts in _resamplings(groups, len(without)):
        yield Progress(0, 0, "Comparing images")
        before = figure(without, labels, weights)
        for name, probabilities in arms.items():
            draws[name].append(((figure(probabilities, labels, weights) - before) * parts).sum(0))
    found = {}
    for name, probabilities in arms.items():
        once = figure(probabilities, labels, torch.ones(1, len(labels), dtype=torch.float64))
        outside = torch.tensor([1 - CONFIDENCE, 1 + CONFIDENCE], dtype=torch.float64) / 2
        low, high = torch.cat(draws[name]).nanquantile(outside).tolist()
        found[name] = Gain(float((once - base).mean()), low, high)
    return found


def _resamplings(groups: Tensor, trials: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Weights of images (b, n) and of trials (S, b), as often as each was drawn, in blocks that memory holds."""
    random = torch.Generator().manual_seed(0)
    numbers = groups.unique(return_inverse=True)[1]
    count = int(numbers.max()) + 1
    block = max(1, min(DRAWS, BLOCK // len(groups)))
    for start in range(0, DRAWS, block):
        size = min(block, DRAWS - start)
        yield _drawn(size, count, random)[:, numbers], _drawn(size, trials, random).T / trials


def _drawn(times: int, n: int, random: torch.Generator) -> Tensor:
    """How often each of n things came when n were drawn with replacement: float64 (times, n)."""
    picks = torch.randint(n, (times, n), generator=random)
    return torch.zeros(times, n, dtype=torch.float64).scatter_add_(1, picks, torch.ones(times, n, dtype=torch.float64))
