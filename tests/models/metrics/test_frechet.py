import math

import numpy as np
import pytest
import torch

from models.metrics import frechet_distance


def reference(x: torch.Tensor, y: torch.Tensor) -> float:
    """The textbook formula with a matrix square root by eigendecomposition."""
    cov_x, cov_y = torch.cov(x.T), torch.cov(y.T)
    root = symmetric_root(cov_x)
    shared = symmetric_root(root @ cov_y @ root).trace()
    return float((x.mean(0) - y.mean(0)).square().sum() + cov_x.trace() + cov_y.trace() - 2 * shared)


def symmetric_root(matrix: torch.Tensor) -> torch.Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T


def rows(n: int, d: int, seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    spread = torch.randn(d, d, generator=random, dtype=torch.float64)
    return torch.randn(n, d, generator=random, dtype=torch.float64) @ spread + seed


@pytest.mark.parametrize(("n", "m"), [(200, 150), (12, 90), (7, 9), (5000, 300)])
def test_equals_the_textbook_formula_with_more_and_with_fewer_rows_than_features(n: int, m: int) -> None:
    x, y = rows(n, 20, 1), rows(m, 20, 2)
    # With fewer rows than features it is the root of the singular covariance that is not exact.
    assert frechet_distance(x, y) == pytest.approx(reference(x, y), rel=1e-7)


def test_one_feature_has_a_known_answer() -> None:
    x = torch.tensor([[-1.0], [1.0]])
    y = torch.tensor([[2.0], [8.0]])
    expected = 5.0**2 + (math.sqrt(2) - math.sqrt(18)) ** 2
    assert frechet_distance(x, y) == pytest.approx(expected)


def test_is_zero_for_the_same_rows_and_symmetric() -> None:
    x, y = rows(50, 8, 1), rows(40, 8, 2)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(x, y) == pytest.approx(frechet_distance(y, x))


def test_float32_arrays_are_judged_in_double_precision() -> None:
    x, y = (1000 + rows(60, 8, seed) for seed in (1, 2))
    assert frechet_distance(np.float32(x), np.float32(y)) == pytest.approx(reference(x, y), rel=1e-4)


def test_one_row_has_no_spread() -> None:
    with pytest.raises(ValueError, match="two rows"):
        frechet_distance(rows(1, 4, 1), rows(9, 4, 2))
