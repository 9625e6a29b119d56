"""What is masked is gone from the pixels, and from nothing else."""

import numpy as np
import pytest

from studio.imaging.image import Image
from studio.imaging.masking import mask_out


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3), (20, 30, 4)])
def test_a_box_gets_the_color_that_is_usual_around_it(shape, dtype):
    pixels = np.full(shape, 40, dtype)
    pixels[5:10, 8:20] = 200
    masked = mask_out(Image(pixels, 8), [(8, 5, 12, 5)])
    assert (masked.pixels == 40).all() and masked.pixels.dtype == dtype and masked.depth == 8
    assert pixels[7, 10].max() == 200  # the given one stays as it is


def test_nothing_else_changes_and_boxes_may_leave_the_image():
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30), dtype=np.uint8)
    masked = mask_out(Image(pixels, 8), [(-5, 15, 15, 50), (28, -3, 9, 9)]).pixels
    assert len(np.unique(masked[15:, :10])) == len(np.unique(masked[:6, 28:])) == 1
    untouched = np.ones_like(pixels, bool)
    untouched[15:, :10] = untouched[:6, 28:] = False
    assert (masked[untouched] == pixels[untouched]).all()


def test_a_box_over_everything_leaves_one_even_color():
    pixels = np.arange(100, dtype=np.uint8).reshape(10, 10)
    assert len(np.unique(mask_out(Image(pixels, 8), [(0, 0, 10, 10)]).pixels)) == 1
    image = Image(pixels, 8)
    assert mask_out(image, []) is image
