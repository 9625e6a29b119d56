"""Noise against its distributions, compression against OpenCV."""

import cv2
import numpy as np
import pytest
from skimage import util

from studio.augmenting.operations import (
    GaussianNoise,
    JpegArtifacts,
    PoissonNoise,
    RicianNoise,
    SaltAndPepper,
    SpeckleNoise,
)
from tests.studio.augmenting.operations.pictures import chain_of, flat, photo


def test_gaussian_noise_has_its_deviation_everywhere():
    for level in (0.3, 0.7):
        noisy = chain_of(GaussianNoise(deviation=(5, 5)))(flat(level))
        assert noisy.std() == pytest.approx(0.05, rel=0.05)
        assert noisy.mean() == pytest.approx(level, abs=0.001)


def test_poisson_noise_grows_with_the_root_of_brightness():
    bright, dark = (chain_of(PoissonNoise(deviation=(6, 6)))(flat(level)) for level in (0.64, 0.16))
    assert bright.std() == pytest.approx(0.06 * 0.8, rel=0.05)
    assert dark.std() == pytest.approx(0.06 * 0.4, rel=0.05)
    assert dark.mean() == pytest.approx(0.16, abs=0.002)


def test_speckle_grows_with_brightness_as_in_scikit_image():
    expected = util.random_noise(flat(0.4), "speckle", rng=0, var=0.01).std()
    assert chain_of(SpeckleNoise(deviation=(10, 10)))(flat(0.4)).std() == pytest.approx(expected, rel=0.05)


def test_rician_noise_lifts_black_as_its_distribution_says():
    noisy = chain_of(RicianNoise(deviation=(10, 10)))(flat(0.0))
    assert noisy.mean() == pytest.approx(0.1 * (np.pi / 2) ** 0.5, rel=0.02)  # Rayleigh
    assert chain_of(RicianNoise(deviation=(5, 5)))(flat(0.5)).std() == pytest.approx(0.05, rel=0.05)


def test_salt_and_pepper_in_equal_shares():
    noisy = chain_of(SaltAndPepper(share=(10, 10)))(np.full((300, 300, 3), 100, np.uint8))
    assert (noisy == 0).all(2).mean() == pytest.approx(0.05, rel=0.1)
    assert (noisy == 255).all(2).mean() == pytest.approx(0.05, rel=0.1)
    assert set(np.unique(noisy)) == {0, 100, 255}


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_as_opencv_writes_it(channels):
    image = photo((64, 72, channels), np.uint8)
    _, content = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 30])
    expected = cv2.imdecode(content, cv2.IMREAD_UNCHANGED).reshape(image.shape)[..., ::-1]
    np.testing.assert_array_equal(chain_of(JpegArtifacts(quality=(30, 30)))(image), expected)


def test_jpeg_keeps_the_depth_of_sixteen_bits():
    ramp = np.tile(np.arange(30_000, 30_256, dtype=np.uint16), (64, 1))
    assert len(np.unique(chain_of(JpegArtifacts(quality=(80, 80)))(ramp))) > 100
