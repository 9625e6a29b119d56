"""Wrong labels are told from probabilities as the papers say, and their share is estimated honestly."""

import numpy as np
import pytest

from studio.cleaning.confident_learning import confidently_other, wrong_shares


def test_by_hand():
    labels = np.array([0, 0, 0, 1, 1, 1])
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.45, 0.55], [0.6, 0.4]])
    # Means of those so labeled: 0.6 for the first class, 0.55 for the second.
    assert confidently_other(labels, probabilities).tolist() == [False, False, True, False, False, True]
    probabilities[5] = [0.59, 0.41]  # likelier the first class, but less so than images of it are on the mean
    assert not confidently_other(labels, probabilities)[5]


def test_a_label_that_is_the_likeliest_is_never_found_though_another_is_confident():
    labels = np.array([0, 0, 1, 1, 2, 2])
    probabilities = np.array(
        [[0.5, 0.4, 0.1], [0.9, 0.05, 0.05], [0.3, 0.3, 0.4], [0.3, 0.4, 0.3], [0.1, 0.1, 0.8], [0.1, 0.2, 0.7]]
    )
    assert confidently_other(labels, probabilities).tolist() == [False, False, False, False, False, False]
    probabilities[0] = [0.3, 0.4, 0.3]
    assert confidently_other(labels, probabilities)[0]


def test_a_class_without_images_counts_for_nothing():
    assert not confidently_other(np.array([0, 1]), np.array([[0.2, 0.1, 0.7], [0.1, 0.2, 0.7]])).any()


@pytest.mark.parametrize("share", [0, 0.02, 0.05])
@pytest.mark.parametrize("overconfidence", [1, 2.5])
def test_the_probability_of_being_wrong_is_about_right(share, overconfidence):
    rng = np.random.default_rng(0)
    count, classes = 4000, 5
    true_probabilities = rng.dirichlet(np.full(classes, 0.1), count)
    true = (true_probabilities.cumsum(1) > rng.random((count, 1))).argmax(1)
    labels = true.copy()
    swapped = rng.permutation(count)[: round(share * count)]
    labels[swapped] = (labels[swapped] + rng.integers(1, classes, len(swapped))) % classes
    told = true_probabilities.clip(1e-9) ** overconfidence
    wrong = wrong_shares(labels, told / told.sum(1, keepdims=True))
    assert wrong.mean() == pytest.approx(share, abs=0.012)
    if share:
        first = np.argsort(-wrong)[: len(swapped)]
        assert (labels != true)[first].mean() >= 0.65
        found = wrong >= 0.5
        assert (labels != true)[found].mean() == pytest.approx(wrong[found].mean(), abs=0.12)
    else:
        assert (wrong >= 0.1).sum() <= 0.005 * count
