"""The difference of two images shows what is in one only."""

import numpy as np
import pytest
from PIL import Image as Pillow

from studio.cleaning.difference import GRAY, difference
from studio.cleaning.view import TURNS


@pytest.fixture
def photo() -> np.ndarray:
    coarse = np.random.default_rng(0).integers(40, 200, (15, 20), dtype=np.uint8)
    return np.asarray(Pillow.fromarray(coarse).resize((200, 150), Pillow.Resampling.BICUBIC))


@pytest.mark.parametrize("turn", range(8))
def test_a_turned_resized_darker_copy_differs_nowhere_but_in_its_scratch(photo, turn):
    changed = photo.copy()
    changed[60:64, 40:160] = 255
    copy = Pillow.fromarray(np.ascontiguousarray(TURNS[turn](changed)))
    shown = difference(photo, np.asarray(copy.resize((copy.width // 2, copy.height // 2))) // 2).astype(int)
    assert shown.shape == photo.shape
    off = np.abs(shown - GRAY)
    assert off[61:63, 50:150].mean() > 40
    assert np.median(off) < 8


def test_color_and_large_images_are_compared_in_gray_and_small(photo):
    large = np.asarray(Pillow.fromarray(photo).resize((2000, 1500)).convert("RGB"))
    shown = difference(large, photo)
    assert shown.shape == (384, 512)
    assert np.abs(shown.astype(int) - GRAY).mean() < 4
