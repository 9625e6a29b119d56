"""A classifier on features: multinomial logistic regression, and probabilities for images it did not learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.events import Progress, Task
from studio.text import tr

FOLDS = 5
PENALTY = 30.0
"""Weight of the squared weights against the log likelihood of all images. On Fashion-MNIST 10 to 100 are as good."""
ROUNDS = 100
TEMPERATURES = np.geomspace(0.1, 4, 21)
TINY = 1e-12


@dataclass(frozen=True)
class Classifier:
    """weights: (D, C) on features less their mean (D,), over the deviation of all of them; bias: (C,)."""

    mean: np.ndarray
    deviation: float
    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, rows: np.ndarray) -> np.ndarray:
        """The probability of each class, float64 (n, C), for feature rows (n, D)."""
        scores = ((rows - self.mean) / self.deviation @ self.weights + self.bias).astype(np.float64)
        powers = np.exp(scores - scores.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)


def learn(rows: np.ndarray, labels: np.ndarray, classes: int) -> Classifier:
    """The classifier of the highest penalized likelihood (L-BFGS) for feature rows (n, D) and their classes (n,)."""
    import torch
    from torch.nn.functional import cross_entropy

    mean, deviation = rows.mean(0), max(float(rows.std()), 1e-6)
    inputs, targets = torch.from_numpy((rows - mean) / np.float32(deviation)), torch.from_numpy(labels)
    weights = torch.zeros(rows.shape[1], classes, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = cross_entropy(inputs @ weights + bias, targets) + PENALTY * (weights**2).sum() / (2 * len(rows))
        value.backward()
        return value

    optimizer.step(loss)
    return Classifier(mean, deviation, weights.detach().numpy(), bias.detach().numpy())


def out_of_fold(
    rows: np.ndarray, labels: np.ndarray, classes: int, groups: Sequence[int], seed: int = 0
) -> Task[np.ndarray]:
    """The probabilities (n, C) of each image by a classifier that learned from the other folds of `FOLDS`.

    groups: numbers (n,); images of the same one are in the same fold. Yields `Progress` after each fold.
    """
    folds = assign_folds(labels, groups, np.random.default_rng(seed))
    probabilities = np.empty((len(rows), classes))
    for fold in range(FOLDS):
        yield Progress(fold, FOLDS, tr("Learning the classes"))
        held_out = folds == fold
        if held_out.any():
            classifier = learn(rows[~held_out], labels[~held_out], classes)
            probabilities[held_out] = classifier.probabilities(rows[held_out])
    return probabilities


def tempered(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (n, C) less sure at a temperature above 1, surer below (Guo et al. 2017)."""
    logarithms = np.log(probabilities.clip(TINY)) / temperature
    powers = np.exp(logarithms - logarithms.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def best_temperature(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """The temperature at which out-of-fold probabilities fit the labels best, and tell how often they are right."""
    images = np.arange(len(labels))
    losses = [-np.log(tempered(probabilities, each)[images, labels] + TINY).sum() for each in TEMPERATURES]
    return float(TEMPERATURES[np.argmin(losses)])


def assign_folds(labels: np.ndarray, groups: Sequence[int], random: np.random.Generator) -> np.ndarray:
    """The fold of each image (n,): groups whole, the largest first, where their first image's class is rarest."""
    members: dict[int, list[int]] = {}
    for index in random.permutation(len(labels)).tolist():
        members.setdefault(groups[index], []).append(index)
    folds = np.empty(len(labels), np.int64)
    counts = np.zeros((FOLDS, int(labels.max(initial=0)) + 1), np.int64)
    for group in sorted(members.values(), key=len, reverse=True):
        fold = np.lexsort((counts.sum(1), counts[:, labels[group[0]]]))[0]
        folds[group] = fold
        np.add.at(counts[fold], labels[group], 1)
    return folds
