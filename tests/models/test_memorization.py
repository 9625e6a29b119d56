"""Whether a discriminator takes unseen photos for what it knows, or for forgeries."""

import pytest
import torch

from models.memorization import Memorization


def memorization(train, unseen, made, times=1):
    found = Memorization()
    for _ in range(times):
        found.update(*(torch.tensor(scores) for scores in (train, unseen, made)))
    return found.by_heart


def test_unseen_images_between_those_learned_from_and_made_ones():
    assert memorization([2.0, 4.0], [2.0], [-1.0]) == pytest.approx(0.25)
    assert memorization([2.0, 4.0], [2.0], [-1.0], times=50) == pytest.approx(0.25)


def test_scores_need_no_certain_scale():
    assert memorization([200.0, 400.0], [200.0], [-100.0]) == pytest.approx(0.25, rel=1e-4)
    assert memorization([-97.0], [-98.0], [-101.0]) == pytest.approx(0.25, rel=1e-4)


def test_the_ratio_stays_a_share():
    assert memorization([1.0], [2.0], [0.0]) == 0
    assert memorization([1.0], [-2.0], [0.0]) == 1
    assert memorization([0.0], [0.0], [1.0]) == 0  # made images look more real than real ones
