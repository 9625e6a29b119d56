import numpy as np
import pytest

from models.events import finish
from studio.imaging import neighbor_embedding as embedding
from studio.imaging.neighbor_embedding import neighbor_embedding
from studio.imaging.neighbors import nearest

GROUPS, EACH = 6, 30


@pytest.fixture
def rows() -> np.ndarray:
    """Six groups in twenty dimensions, which their first two components do not tell apart."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(GROUPS, 20)) * 4
    centers[:, :2] = 0
    return (centers.repeat(EACH, 0) + rng.normal(size=(GROUPS * EACH, 20))).astype(np.float32)


def among_their_own(places: np.ndarray) -> float:
    """The share of the ten nearest on a map that are of the same group."""
    found, _ = finish(nearest(places, 10))
    group = np.repeat(np.arange(GROUPS), EACH)
    return float((group[found] == group[:, None]).mean())


def test_groups_that_two_components_mix_lie_apart(rows):
    assert among_their_own(rows[:, :2]) < 0.35
    assert among_their_own(finish(neighbor_embedding(rows))) > 0.95


def test_what_is_not_laid_out_lies_among_its_neighbors(rows, monkeypatch):
    monkeypatch.setattr(embedding, "LANDMARKS", len(rows) // 3)
    assert among_their_own(finish(neighbor_embedding(rows))) > 0.9


def test_forces_on_the_grid_are_those_between_all_points():
    import torch

    places = torch.from_numpy(np.random.default_rng(0).normal(0, 4, (300, 2)).astype(np.float32))
    apart = places[:, None] - places[None]
    near = 1 / (1 + (apart**2).sum(2))
    exact = (near[..., None] ** 2 * apart).sum(1) / (near.sum() - len(places))
    found = embedding._repulsion(places)
    assert float((found - exact).norm() / exact.norm()) < 0.1


@pytest.mark.parametrize("n", [0, 1, 2, 16])
def test_few_or_equal_rows_have_places(n):
    places = finish(neighbor_embedding(np.ones((n, 4), np.float32)))
    assert places.shape == (n, 2)
    assert np.isfinite(places).all()
