"""How far two readers agree beyond chance: Cohen's kappa with its confidence interval."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import msgspec
import numpy as np

from studio.text import tr, trn


class Agreement(msgspec.Struct, frozen=True):
    """The agreement of two readers on n images.

    observed, expected: shares, 0..1, of images on which they agree, and would by chance with the classes as frequent as
    each of them gives them. kappa: 1 complete, 0 as by chance; low and high bound its 95% confidence interval, within
    -1..1. All three are None where there is nothing to judge by: no image, or a reader who saw one class throughout.
    """

    n: int
    observed: float
    expected: float
    kappa: float | None = None
    low: float | None = None
    high: float | None = None


def agreement(first: Sequence[str], second: Sequence[str]) -> Agreement:
    """Cohen's kappa (Cohen 1960, Educational and Psychological Measurement 20:37) of two readers' classes, item by
    item, and its interval from the large-sample standard error (Fleiss, Cohen and Everitt 1969, Psychological Bulletin
    72:323, equation 13)."""
    n = len(first)
    if n == 0:
        return Agreement(0, 0.0, 0.0)
    p = _proportions(first, second)
    rows, columns = p.sum(1), p.sum(0)
    observed, expected = float(p.trace()), float(rows @ columns)
    if min(np.count_nonzero(rows), np.count_nonzero(columns)) < 2:
        return Agreement(n, observed, expected)
    kappa = (observed - expected) / (1 - expected)
    error = _standard_error(p, kappa, expected, n)
    reach = NormalDist().inv_cdf(0.975) * error
    return Agreement(n, observed, expected, kappa, max(-1.0, kappa - reach), min(1.0, kappa + reach))


def in_words(found: Agreement) -> str:
    """What the agreement says, in sentences."""
    if found.n == 0:
        return tr("No image has been read twice. A second reading shows how far the labels can be trusted.")
    agreed = tr(
        "{images} read twice, with the same class in {share:.0%}; chance alone would give {chance:.0%}.",
        images=trn("{n} image", "{n} images", found.n),
        share=found.observed,
        chance=found.expected,
    )
    if found.kappa is None:
        return agreed
    kappa, low, high = (f"{figure:.2f}".replace("-", "−") for figure in (found.kappa, found.low, found.high))
    return f"{agreed} " + tr("Cohen's kappa {kappa} (95% between {low} and {high}).", kappa=kappa, low=low, high=high)


def _proportions(first: Sequence[str], second: Sequence[str]) -> np.ndarray:
    """(classes, classes): the share of items that the first reader puts into the row's class, the second's column."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys([*first, *second]))}
    table = np.zeros((len(numbers), len(numbers)))
    for one, two in zip(first, second, strict=True):
        table[numbers[one], numbers[two]] += 1
    return table / len(first)


def _standard_error(p: np.ndarray, kappa: float, expected: float, n: int) -> float:
    rows, columns = p.sum(1), p.sum(0)
    agreed = (p.diagonal() * (1 - (rows + columns) * (1 - kappa)) ** 2).sum()
    apart = p * (columns[:, None] + rows[None, :]) ** 2
    disagreed = (1 - kappa) ** 2 * (apart.sum() - apart.trace())
    variance = agreed + disagreed - (kappa - expected * (1 - kappa)) ** 2
    return math.sqrt(max(0.0, float(variance)) / n) / (1 - expected)
