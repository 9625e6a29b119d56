"""Tones and colors against torchvision, OpenCV and scikit-image."""

import cv2
import numpy as np
import pytest
import torch
from skimage import color, exposure
from torchvision.transforms.v2 import functional

from studio.augmenting.operations import (
    AutoContrast,
    Brightness,
    Clahe,
    ColorJitter,
    Contrast,
    Equalize,
    Gamma,
    Gray,
    Hue,
    Invert,
    Posterize,
    Saturation,
    Solarize,
    WindowJitter,
)
from tests.studio.augmenting.operations.pictures import chain_of, photo


def by_torchvision(function, image, *values):
    tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
    return function(tensor, *values).numpy().transpose(1, 2, 0)


@pytest.mark.parametrize(
    ("operation", "function", "value"),
    [
        (Brightness(factor=(1.3, 1.3)), functional.adjust_brightness, 1.3),
        (Contrast(factor=(0.6, 0.6)), functional.adjust_contrast, 0.6),
        (Contrast(factor=(1.6, 1.6)), functional.adjust_contrast, 1.6),
        (Gamma(exponent=(1.7, 1.7)), functional.adjust_gamma, 1.7),
        (Saturation(factor=(1.5, 1.5)), functional.adjust_saturation, 1.5),
        (Hue(turn=(72, 72)), functional.adjust_hue, 0.2),
        (Hue(turn=(-36, -36)), functional.adjust_hue, -0.1),
        (Solarize(threshold=(60, 60)), functional.solarize, 0.6),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_colors_as_in_torchvision(operation, function, value):
    np.testing.assert_allclose(chain_of(operation)(photo()), by_torchvision(function, photo(), value), atol=2e-4)


@pytest.mark.parametrize(
    ("operation", "function", "values"),
    [
        (AutoContrast(probability=1.0), functional.autocontrast, ()),
        (Invert(probability=1.0), functional.invert, ()),
        (Posterize(bits=(3, 3)), functional.posterize, (3,)),
        (Brightness(factor=(1.3, 1.3)), functional.adjust_brightness, (1.3,)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_eight_bits_as_in_torchvision(operation, function, values):
    image = photo(dtype=np.uint8)
    ours, theirs = chain_of(operation)(image).astype(int), by_torchvision(function, image, *values).astype(int)
    assert np.abs(ours - theirs).max() <= 1


def test_tones_become_one_table_and_one_after_the_other_is_the_same():
    image = photo(dtype=np.uint8)
    tones = [
        Gamma(exponent=(0.7, 0.7)),
        Contrast(factor=(1.4, 1.4)),
        Invert(probability=1.0),
        Brightness(factor=(0.9, 0.9)),
    ]
    apart = image.astype(np.float32) / 255
    for tone in tones:
        apart = chain_of(tone)(apart)
    np.testing.assert_allclose(chain_of(*tones)(image), apart * 255, atol=0.51)


def test_jitter_is_its_parts_in_order():
    parts = [
        Brightness(factor=(1.1, 1.1)),
        Contrast(factor=(0.8, 0.8)),
        Saturation(factor=(1.3, 1.3)),
        Hue(turn=(9, 9)),
    ]
    jitter = ColorJitter(brightness=(1.1, 1.1), contrast=(0.8, 0.8), saturation=(1.3, 1.3), hue=(9, 9))
    np.testing.assert_array_equal(chain_of(jitter)(photo()), chain_of(*parts)(photo()))


def test_gray_is_gray_and_color_leaves_gray_images_alone():
    gray = chain_of(Gray(probability=1.0))(photo())
    np.testing.assert_allclose(gray, color.rgb2yuv(photo())[..., :1].repeat(3, 2), atol=1e-3)
    image = photo((20, 20, 1))
    for operation in (Gray(probability=1.0), Hue(turn=(90, 90)), Saturation(factor=(2, 2))):
        np.testing.assert_array_equal(chain_of(operation)(image), image)


def test_equalize_as_in_opencv_each_color_by_itself():
    image = photo(dtype=np.uint8)
    expected = np.stack([cv2.equalizeHist(np.ascontiguousarray(image[..., color])) for color in range(3)], -1)
    np.testing.assert_array_equal(chain_of(Equalize(probability=1.0))(image), expected)
    deep = chain_of(Equalize(probability=1.0))(image.astype(np.float32) / 255)
    np.testing.assert_allclose(deep * 255, expected, atol=0.51)


def test_equalize_keeps_the_depth_of_sixteen_bits():
    narrow = (photo((120, 120, 1)) * 900 + 30_000).astype(np.uint16)[..., 0]
    equalized = chain_of(Equalize(probability=1.0))(narrow)
    expected = exposure.equalize_hist(narrow, nbins=65536)
    assert len(np.unique(equalized)) > 500
    np.testing.assert_allclose(equalized / 65535, expected, atol=0.01)


def test_local_contrast_as_in_opencv():
    image = photo((96, 96, 1), np.uint8)[..., 0]
    expected = cv2.createCLAHE(3.0, (4, 4)).apply(image)
    np.testing.assert_array_equal(chain_of(Clahe(limit=(3, 3), tiles=4, probability=1.0))(image), expected)
    deep = chain_of(Clahe(limit=(3, 3), tiles=4, probability=1.0))(image.astype(np.float32) / 255)
    np.testing.assert_allclose(deep * 255, expected, atol=0.01)


def test_a_window_is_moved_and_widened():
    ramp = np.linspace(0, 1, 101, dtype=np.float32)[None]
    moved = chain_of(WindowJitter(level=(10, 10), width=(0.5, 0.5)))(ramp)
    np.testing.assert_allclose(moved, ((ramp - 0.35) / 0.5).clip(0, 1), atol=1e-5)
