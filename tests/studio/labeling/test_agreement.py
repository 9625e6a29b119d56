import math

import numpy as np
import pytest

from studio.labeling.agreement import agreement


def read(table):
    """The classes that two readers give, from how often each pair of classes occurs."""
    pairs = [(str(i), str(j)) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return agreement([first for first, _ in pairs], [second for _, second in pairs])


def numeric_error(table):
    """The standard error of kappa by the delta method, its slopes from differences."""

    def kappa(p):
        expected = p.sum(1) @ p.sum(0)
        return (p.trace() - expected) / (1 - expected)

    p = np.array(table, float)
    n, p = p.sum(), p / p.sum()
    slopes = np.zeros(p.shape)
    for place in np.ndindex(*p.shape):
        step = np.zeros(p.shape)
        step[place] = 1e-6
        slopes[place] = (kappa(p + step) - kappa(p - step)) / 2e-6
    return math.sqrt(((p * slopes**2).sum() - (p * slopes).sum() ** 2) / n)


def test_the_textbook_example():
    """Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, table 18.1: kappa .68, error .087."""
    found = read([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert found.n == 100
    assert (found.observed, found.expected) == pytest.approx((0.89, 0.66))
    assert found.kappa == pytest.approx(0.23 / 0.34)
    assert (found.high - found.low) / (2 * 1.959964) == pytest.approx(0.087, abs=0.001)


@pytest.mark.parametrize("table", [[[20, 5], [10, 15]], [[75, 1, 4], [5, 4, 1], [0, 0, 10]], [[1, 7], [9, 4]]])
def test_the_interval_is_that_of_the_delta_method(table):
    found = read(table)
    assert found.kappa - found.low == pytest.approx(1.959964 * numeric_error(table), rel=1e-4)


def test_complete_agreement_and_agreement_by_chance():
    full = read([[10, 0], [0, 30]])
    assert (full.kappa, full.low, full.high) == (1, 1, 1)
    assert read([[25, 25], [25, 25]]).kappa == pytest.approx(0)


@pytest.mark.parametrize("table", [[[0]], [[12]], [[12, 5], [0, 0]]])
def test_nothing_to_judge_by(table):
    found = read(table)
    assert (found.n, found.kappa, found.low, found.high) == (sum(map(sum, table)), None, None, None)
