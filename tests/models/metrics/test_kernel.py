import pytest
import torch

from models.metrics import kernel, kernel_distance


def reference(x: torch.Tensor, y: torch.Tensor) -> float:
    """Equation 3 of Binkowski et al. by loops over all pairs."""

    def value(a: torch.Tensor, b: torch.Tensor) -> float:
        return (float(a.double() @ b.double()) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    within_x = sum(value(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    within_y = sum(value(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    between = sum(value(a, b) for a in x for b in y) / (n * m)
    return 1000 * (within_x + within_y - 2 * between)


def test_equals_the_double_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    random = torch.Generator().manual_seed(0)
    x, y = torch.randn(13, 6, generator=random), 1.5 * torch.randn(9, 6, generator=random)
    assert kernel_distance(x, y) == pytest.approx(reference(x, y), rel=1e-9)
    monkeypatch.setattr(kernel, "CHUNK", 4)
    assert kernel_distance(x, y) == pytest.approx(reference(x, y), rel=1e-9)


def test_is_about_zero_whatever_n_when_both_sets_are_of_one_kind() -> None:
    random = torch.Generator().manual_seed(0)
    draws = [[torch.randn(n, 16, generator=random) for n in (20, 200)] for _ in range(200)]
    mean = sum(kernel_distance(x, y) for x, y in draws) / len(draws)
    apart = kernel_distance(draws[0][0], draws[0][1] + 1)
    assert abs(mean) < 0.01 * apart
    assert min(kernel_distance(x, y) for x, y in draws) < 0, "unbiased: sometimes a little below zero"


def test_one_row_is_too_few() -> None:
    with pytest.raises(ValueError, match="two rows"):
        kernel_distance(torch.randn(1, 4), torch.randn(5, 4))
