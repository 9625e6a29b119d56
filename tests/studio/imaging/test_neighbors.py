import numpy as np

from models.events import finish
from studio.imaging import neighbors
from studio.imaging.neighbors import nearest, principal


def brute_force(rows, asked):
    return np.linalg.norm(asked[:, None] - rows[None], axis=2)


def test_the_nearest_are_those_of_a_brute_force_search(monkeypatch):
    monkeypatch.setattr(neighbors, "DISTANCES", 7 * 50)
    rows = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    asked = np.random.default_rng(1).normal(size=(12, 6)).astype(np.float32)
    for queries, distances in (
        (None, brute_force(rows, rows) + np.diag([np.inf] * 50)),
        (asked, brute_force(rows, asked)),
    ):
        events: list = []
        task = nearest(rows, 5, queries)
        places, away = finish(task, events.append)
        np.testing.assert_array_equal(places, distances.argsort(1)[:, :5])
        np.testing.assert_allclose(away, np.sort(distances, 1)[:, :5], atol=1e-3)
        assert len(events) == -(-len(distances) // 7)


def test_few_rows_have_few_neighbors():
    rows = np.eye(3, dtype=np.float32)
    assert finish(nearest(rows, 10))[0].shape == (3, 2)
    assert finish(nearest(rows, 10, rows[:1]))[0].tolist() == [[0, 1, 2]]


def test_principal_components_hold_the_variance_in_falling_order():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(300, 3)) * [5, 3, 1] @ np.linalg.qr(rng.normal(size=(8, 8)))[0][:3]
    components = principal(rows, 4)
    deviations = components.std(0)
    assert deviations[0] > deviations[1] > deviations[2] > 1e3 * deviations[3]
    np.testing.assert_allclose(brute_force(components, components), brute_force(rows, rows), atol=1e-3)
