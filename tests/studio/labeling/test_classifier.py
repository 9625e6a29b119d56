import numpy as np

from models.events import Progress, finish
from studio.labeling.classifier import FOLDS, assign_folds, best_temperature, learn, out_of_fold, tempered


def clouds(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Feature rows (count, 6) of three classes that overlap a little, and the classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    centers = 3 * np.eye(3, 6)
    return (centers[labels] + rng.normal(0, 1, (count, 6))).astype(np.float32), labels


def test_it_learns_and_tells_how_sure_it_is():
    rows, labels = clouds(300)
    probabilities = learn(rows, labels, 3).probabilities(clouds(300, seed=1)[0])
    np.testing.assert_allclose(probabilities.sum(1), 1)
    right = probabilities.argmax(1) == labels
    assert right.mean() > 0.9
    assert probabilities.max(1)[right].mean() > probabilities.max(1)[~right].mean()


def test_out_of_fold_probabilities_do_not_know_the_label():
    rows, labels = clouds(300)
    swapped = labels.copy()
    swapped[::20] = (swapped[::20] + 1) % 3
    events: list = []
    probabilities = finish(out_of_fold(rows, swapped, 3, range(300)), events.append)
    assert len(events) == FOLDS
    assert all(isinstance(event, Progress) for event in events)
    assert (probabilities.argmax(1) == labels).mean() > 0.9
    np.testing.assert_array_equal(probabilities, finish(out_of_fold(rows, swapped, 3, range(300))))


def test_groups_stay_in_one_fold_and_classes_spread_evenly():
    _, labels = clouds(300)
    groups = np.arange(300) // 3 % 90
    folds = assign_folds(labels, groups, np.random.default_rng(0))
    assert all(len(set(folds[groups == group].tolist())) == 1 for group in range(90))
    alone = assign_folds(labels, range(300), np.random.default_rng(0))
    assert np.unique(np.stack([labels, alone]), axis=1, return_counts=True)[1].tolist() == [20] * 15


def test_the_temperature_makes_probabilities_tell_how_often_they_are_right():
    rng = np.random.default_rng(0)
    honest = rng.dirichlet([0.3] * 4, 3000)
    labels = (honest.cumsum(1) > rng.random((3000, 1))).argmax(1)
    overconfident = tempered(honest, 0.5)
    mended = tempered(overconfident, best_temperature(labels, overconfident))
    np.testing.assert_allclose(mended, honest, atol=0.04)
