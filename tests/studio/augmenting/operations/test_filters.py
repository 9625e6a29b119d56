"""Filters against scikit-image and OpenCV, and against arithmetic."""

import cv2
import numpy as np
import pytest
from skimage import filters

from studio.augmenting.operations import DefocusBlur, Downscale, GaussianBlur, GibbsRinging, MotionBlur, Sharpen
from tests.studio.augmenting.operations.pictures import chain_of, photo


def test_gaussian_blur_as_in_scikit_image():
    """Sigma is 2% of the 60 pixels of the shorter side."""
    expected = filters.gaussian(photo(), 1.2, mode="reflect", channel_axis=2)
    np.testing.assert_allclose(chain_of(GaussianBlur(sigma=(2, 2)))(photo()), expected, atol=2e-3)


def test_sharpen_as_in_scikit_image():
    image = 0.3 + 0.4 * photo()
    expected = filters.unsharp_mask(image, radius=1.2, amount=0.8, channel_axis=2)
    np.testing.assert_allclose(
        chain_of(Sharpen(amount=(0.8, 0.8), sigma=2))(image)[4:-4, 4:-4], expected[4:-4, 4:-4], atol=5e-3
    )


def spread(operation):
    """What becomes of a point."""
    dot = np.zeros((101, 101), np.float32)
    dot[50, 50] = 1
    return chain_of(operation)(dot)


def test_motion_blur_smears_along_its_angle():
    sideways, upwards = (spread(MotionBlur(length=(10, 10), angle=(angle, angle))) for angle in (0, 90))
    assert sideways.sum() == pytest.approx(1, abs=1e-4)
    assert (sideways > 1e-6).sum() == 11
    assert (sideways[50] > 1e-6).sum() == 11
    np.testing.assert_allclose(upwards, sideways.T, atol=1e-6)
    slanted = spread(MotionBlur(length=(10, 10), angle=(45, 45)))
    y, x = np.nonzero(slanted > 0.02)
    assert np.corrcoef(x, y)[0, 1] < -0.9  # up to the right


def test_defocus_spreads_to_an_even_disk():
    disk = spread(DefocusBlur(radius=(5, 5)))
    assert disk.sum() == pytest.approx(1, abs=1e-4)
    y, x = np.nonzero(disk > 1e-6)
    assert np.hypot(x - 50, y - 50).max() < 5.6
    assert disk[50, 50] == pytest.approx(1 / (np.pi * 25.25), rel=0.05)
    assert disk[50, 47] == pytest.approx(disk[50, 50])


def test_downscale_as_in_opencv():
    image = photo((60, 80, 1))[..., 0]
    small = image.reshape(30, 2, 40, 2).mean((1, 3))
    np.testing.assert_allclose(chain_of(Downscale(factor=(0.5, 0.5)))(image), cv2.resize(small, (80, 60)), atol=1e-5)


def test_gibbs_ringing_overshoots_beside_an_edge():
    edge = np.full((64, 64), 0.3, np.float32)
    edge[:, 16:48] = 0.7
    ringing = chain_of(GibbsRinging(cut=(70, 70)))(edge)
    assert ringing.max() - 0.7 == pytest.approx(0.09 * 0.4, rel=0.5)  # Wilbraham and Gibbs: nine percent of the step
    assert ringing.mean() == pytest.approx(edge.mean(), abs=1e-4)
    np.testing.assert_array_equal(chain_of(GibbsRinging(cut=(0, 0)))(edge), edge)
