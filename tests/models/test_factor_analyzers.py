import pytest
import torch
from torch.distributions import MultivariateNormal

from models.factor_analyzers import FactorAnalyzers


def sticks(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two clusters in 6 dimensions, each long in one direction of its own."""
    random = torch.Generator().manual_seed(0)
    points = 0.1 * torch.randn(2 * n, 6, generator=random)
    points[:n, 0] += 3 * torch.randn(n, generator=random)
    points[n:, 1] += 2 * torch.randn(n, generator=random)
    points[n:, 2] += 10
    return points, torch.arange(2).repeat_interleave(n)


def test_finds_the_directions_their_lengths_and_the_noise() -> None:
    mixture = FactorAnalyzers.fit(*sticks(2000), factors=1)
    assert mixture.weights.tolist() == [0.5, 0.5]
    assert mixture.factors[0, 0].abs().tolist() == pytest.approx([3, 0, 0, 0, 0, 0], abs=0.1)
    assert mixture.factors[1, 0].abs().tolist() == pytest.approx([0, 2, 0, 0, 0, 0], abs=0.1)
    assert mixture.means[1].tolist() == pytest.approx([0, 0, 10, 0, 0, 0], abs=0.2)
    assert mixture.noise[2:].sqrt().tolist() == pytest.approx([0.1] * 4, rel=0.05)


def test_draws_spread_like_the_points() -> None:
    points, clusters = sticks(2000)
    mixture = FactorAnalyzers.fit(points, clusters, factors=1)
    drawn = mixture.draw(clusters, torch.randn(4000, 1, generator=torch.Generator().manual_seed(1)))
    assert drawn[:2000].std(0)[:2].tolist() == pytest.approx(points[:2000].std(0)[:2].tolist(), abs=0.15)


def test_the_likelihood_is_that_of_the_dense_mixture() -> None:
    points, clusters = sticks(50)
    mixture = FactorAnalyzers.fit(points, clusters, factors=2)
    covariances = mixture.factors.mT @ mixture.factors + torch.diag(mixture.noise)
    each = MultivariateNormal(mixture.means, covariances).log_prob(points.unsqueeze(1))
    expected = (each + mixture.weights.log()).logsumexp(1)
    torch.testing.assert_close(mixture.log_likelihood(points), expected, rtol=1e-3, atol=5e-3)


def test_a_cluster_has_fewer_directions_than_points() -> None:
    points = torch.randn(5, 6, generator=torch.Generator().manual_seed(0))
    mixture = FactorAnalyzers.fit(points, torch.tensor([0, 0, 0, 1, 1]), factors=4)
    assert [int(axes.any(1).sum()) for axes in mixture.factors] == [2, 1]
