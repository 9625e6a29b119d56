"""What scanners and cameras do is as strong as it says."""

import cv2
import numpy as np
import pytest

from studio.augmenting.operations import BiasField, Dust, IlluminationGradient, Scratches, SpecularSpot
from tests.studio.augmenting.operations.pictures import chain_of, flat


def test_a_bias_field_is_smooth_and_as_strong_as_it_says():
    fields = [chain_of(BiasField(amount=(40, 40)))(flat(0.5), seed) / 0.5 for seed in range(6)]
    for field in fields:
        assert max(field.max(), 1 / field.min()) == pytest.approx(1.4, abs=0.01)
        assert np.abs(np.diff(field, axis=0)).max() < 0.05
    assert np.abs(fields[0] - fields[1]).max() > 0.05


def test_uneven_light_goes_from_one_side_to_the_other():
    lit = chain_of(IlluminationGradient(amount=(20, 20)))(flat(0.5), 4)
    assert lit.max() == pytest.approx(0.6, abs=0.001)
    assert lit.min() == pytest.approx(0.4, abs=0.001)
    assert lit.mean() == pytest.approx(0.5, abs=0.001)
    assert np.abs(np.diff(lit, 2, axis=0)).max() < 1e-5


def test_gloss_only_brightens_and_its_middle_is_as_bright_as_it_says():
    for seed in range(5):
        spot = chain_of(SpecularSpot(brightness=(80, 80), size=(10, 10)))(flat(0.5), seed)
        assert spot.min() == pytest.approx(0.5, abs=1e-6)
        assert spot.max() == pytest.approx(0.5 + 0.8 * 0.5, abs=0.02)
        assert (spot > 0.7).sum() < 0.03 * spot.size


def test_dust_is_dark_and_scratches_are_long():
    dusty = chain_of(Dust(count=(20, 20), size=(3, 3), opacity=(100, 100)))(flat(1.0))
    count, _, stats, _ = cv2.connectedComponentsWithStats((dusty < 0.5).astype(np.uint8))
    assert 12 <= count - 1 <= 20
    assert stats[1:, 2:4].max() <= 8
    lengths = []
    for seed in range(12):
        scratched = chain_of(Scratches(count=(1, 1), opacity=(100, 100)))(flat(0.5), seed)
        y, x = np.nonzero(np.abs(scratched - 0.5) > 0.1)
        if len(x):
            lengths.append(np.hypot(np.ptp(x), np.ptp(y)))
            assert len(x) < 4 * (lengths[-1] + 3)
    assert max(lengths) > 40
