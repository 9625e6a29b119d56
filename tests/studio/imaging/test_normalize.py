"""Images of any size and depth become alike, and keep what matters."""

import numpy as np
import pytest

from studio.imaging.image import Image
from studio.imaging.normalize import Normalization, full_range, normalize, own_range

GRADIENT = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (32, 1))


def gray(size: int, **options) -> Normalization:
    return Normalization(size=size, mode="gray", **options)


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
@pytest.mark.parametrize("mode, channels", [("gray", 1), ("rgb", 3)])
@pytest.mark.parametrize("shape", [(32, 64), (64, 32, 3), (7, 3, 4), (1, 1), (40, 40, 2)])
def test_the_form_is_always_the_same(fit, mode, channels, shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    result = normalize(Image(pixels, 8), Normalization(size=24, mode=mode, fit=fit))
    assert result.shape == (24, 24, channels) and result.dtype == np.uint8


def test_an_image_that_fits_already_is_not_touched():
    square = np.random.default_rng(0).integers(0, 256, (32, 32), dtype=np.uint8)
    assert np.array_equal(normalize(Image(square, 8), gray(32))[..., 0], square)


def test_padding_keeps_proportions_and_repeats_edges():
    result = normalize(Image(GRADIENT, 8), gray(64))[..., 0]
    assert np.array_equal(result[16:48], GRADIENT)
    assert np.array_equal(result[:16], GRADIENT[:16]) and np.array_equal(result[48:], GRADIENT[:16])


def test_cropping_takes_the_middle_and_stretching_all():
    assert np.array_equal(normalize(Image(GRADIENT, 8), gray(32, fit="crop"))[..., 0], GRADIENT[:, 16:48])
    stretched = normalize(Image(GRADIENT, 8), gray(32, fit="stretch"))[0, :, 0].astype(int)
    assert stretched[0] < 5 and stretched[-1] > 250


def test_fine_stripes_become_gray_not_moire():
    stripes = np.tile(np.array([0, 255], dtype=np.uint8), (300, 150))
    result = normalize(Image(stripes, 8), gray(64))
    assert abs(result.astype(int) - 127).max() <= 10


def test_one_window_keeps_brightness_comparable():
    dark, bright = (Image(np.full((8, 8), value, np.uint16), 16) for value in (1000, 3000))
    window = gray(8, window=(0, 4000))
    assert normalize(dark, window)[0, 0, 0] == 64 and normalize(bright, window)[0, 0, 0] == 191
    assert normalize(Image(np.full((8, 8), 200, np.uint8), 8), window)[0, 0, 0] == 200, "8 bits need no window"


def test_without_a_window_the_whole_range_of_the_depth():
    ramp = np.linspace(0, 4095, 256).astype(np.uint16).reshape(16, 16)
    assert full_range(Image(ramp, 12)) == (0, 4095)
    result = normalize(Image(ramp, 12), gray(16))[..., 0].ravel().astype(int)
    assert abs(result - np.arange(256)).max() <= 1
    assert full_range(Image(np.array([[0.2, 0.7]], np.float32), 32)) == (0, 1)
    assert full_range(Image(np.array([[-5.0, 20.0]], np.float32), 32)) == (-5, 20)


def test_dead_pixels_do_not_set_the_range():
    pixels = np.random.default_rng(0).integers(1000, 3000, (200, 200)).astype(np.uint16)
    pixels[0, :4] = 65535
    low, high = own_range(Image(pixels, 16))
    assert 990 < low < 1020 and 2980 < high < 3000


@pytest.mark.parametrize("dtype, top", [(np.uint8, 255), (np.uint16, 65535)])
@pytest.mark.parametrize("channels", [2, 4])
def test_transparency_is_shown_on_white(dtype, top, channels):
    pixels = np.zeros((8, 8, channels), dtype)
    pixels[:, 4:, -1] = top
    result = normalize(Image(pixels, 8 * pixels.itemsize), Normalization(size=8, mode="rgb"))
    assert (result[:, :4] == 255).all() and (result[:, 4:] == 0).all()
