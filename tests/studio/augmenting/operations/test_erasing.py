"""Holes are where and as large as they say."""

import cv2
import numpy as np
import pytest

from studio.augmenting.operations import CoarseDropout, Cutout, GridMask, RandomErasing
from tests.studio.augmenting.operations.pictures import chain_of


def white(height=100, width=60):
    return np.full((height, width, 3), 65535, np.uint16)


def test_cutout_covers_squares_of_its_side():
    covered = (chain_of(Cutout(side=(50, 50)))(white(), 3) == 0).all(2)
    assert covered.sum() == 30 * 30
    assert covered.any(0).sum() == 30
    assert (chain_of(Cutout(side=(10, 10), boxes=8))(white(), 3) == 0).sum() > 3 * 4 * 36
    np.testing.assert_array_equal(chain_of(Cutout(fill="mean"))(white()), white())


def test_cutout_reaches_every_corner():
    tiles = chain_of(Cutout(side=(30, 30))).batch(np.stack([white(20, 20)] * 300), 0)
    assert (tiles[:, ..., 0] == 0).any(0).all()


def test_random_erasing_covers_its_area_in_many_proportions():
    shapes = []
    for seed in range(40):
        changed = (chain_of(RandomErasing(area=(10, 10)))(white(100, 100), seed) != 65535).any(2)
        y, x = np.nonzero(changed)
        shapes.append((np.ptp(y) + 1) / (np.ptp(x) + 1))
        assert changed.sum() == pytest.approx(1000, rel=0.06)
    assert min(shapes) < 0.5
    assert max(shapes) > 2


def test_a_grid_mask_covers_its_share():
    covered = chain_of(GridMask(covered=(50, 50), cell=(20, 20)))(white(100, 100), 1) == 0
    assert covered.mean() == pytest.approx(0.25, abs=0.01)
    np.testing.assert_array_equal(covered[20:], covered[:-20])


def test_coarse_dropout_makes_as_many_holes_as_it_says():
    covered = chain_of(CoarseDropout(holes=(5, 5), side=(4, 4)))(white(300, 300), 2)[..., 0] == 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(covered.astype(np.uint8))
    assert count - 1 == 5
    assert stats[1:, 2:4].max() <= 12
    assert stats[1:, 2:4].min() >= 6
