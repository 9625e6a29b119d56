import pytest
import torch
from torch import Tensor

from models.metrics import coverage, density, nearest_neighbors, neighbors, precision_recall

K = 3


def distance(a: Tensor, b: Tensor) -> float:
    return float((a - b).norm())


def radius(x: Tensor, index: int) -> float:
    return sorted(distance(x[index], other) for i, other in enumerate(x) if i != index)[K - 1]


def inside(real: Tensor, samples: Tensor) -> list[list[bool]]:
    """For each sample and real row whether the sample is in the ball of the row."""
    radii = [radius(real, i) for i in range(len(real))]
    return [[distance(sample, row) <= r for row, r in zip(real, radii, strict=True)] for sample in samples]


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


@pytest.fixture(params=[64, 2**21])
def sets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[Tensor, Tensor]:
    monkeypatch.setattr(neighbors, "BLOCK", request.param)
    random = torch.Generator().manual_seed(0)
    real = torch.randn(31, 4, generator=random, dtype=torch.float64)
    return real, 1.3 * torch.randn(23, 4, generator=random, dtype=torch.float64) + 0.5


def test_precision_and_recall_equal_the_loops(sets: tuple[Tensor, Tensor]) -> None:
    real, samples = sets
    expected = [share([any(row) for row in inside(a, b)]) for a, b in ((real, samples), (samples, real))]
    assert precision_recall(real, samples, K) == pytest.approx(expected)
    assert 0 < min(expected) < max(expected) < 1


def test_density_and_coverage_equal_the_loops(sets: tuple[Tensor, Tensor]) -> None:
    real, samples = sets
    hits = inside(real, samples)
    assert density(real, samples, K) == pytest.approx(sum(map(sum, hits)) / (K * len(samples)))
    assert coverage(real, samples, K) == pytest.approx(share([any(ball) for ball in zip(*hits, strict=True)]))


def test_nearest_neighbors_equal_the_loops(sets: tuple[Tensor, Tensor]) -> None:
    real, samples = sets
    indices, distances = nearest_neighbors(samples, real)
    for sample, index, found in zip(samples, indices.tolist(), distances.tolist(), strict=True):
        each = [distance(sample, row) for row in real]
        assert index == min(range(len(real)), key=each.__getitem__)
        assert found == pytest.approx(min(each))


def test_duplicates_are_covered_by_their_own_copy() -> None:
    """With more copies than neighbors the radius is 0; the paper's <= lets the copy itself count."""
    real = torch.cat([torch.full((6, 50), 0.1), torch.rand(4, 50) + 5]) * 1000
    assert coverage(real, real[:1], K) == pytest.approx(0.6)
    assert nearest_neighbors(real, real)[1].tolist() == [0] * 10


def test_too_few_rows_for_k_neighbors() -> None:
    with pytest.raises(ValueError, match="more than 3"):
        coverage(torch.rand(3, 2), torch.rand(9, 2), K)
