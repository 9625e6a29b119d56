"""Parts of a large image at any scale."""

import numpy as np

from studio.imaging.image import Image
from studio.imaging.pyramid import Pyramid


def test_every_level_shows_the_same_part() -> None:
    ramp = np.tile(np.arange(5000, dtype=np.uint16), (1500, 1))
    pyramid = Pyramid(Image(ramp, 16))
    for scale, step in ((3.0, 1), (1.0, 1), (0.5, 2), (0.25, 4), (0.01, 8)):
        part, (left, top, right, bottom) = pyramid.cut(pyramid.level(scale), (1000, 200, 2000, 400))
        assert left <= 1000 <= left + step and 2000 <= right <= 2000 + 2 * step
        assert top <= 200 and bottom >= 400
        assert abs(part.pixels[0, 0] - (left + (step - 1) / 2)) <= 1
        assert part.pixels.dtype == np.uint16
        assert abs(part.pixels.shape[1] * step - (right - left)) < 1e-6


def test_small_images_have_one_level() -> None:
    pyramid = Pyramid(Image(np.zeros((20, 900, 3), np.uint8), 8))
    assert pyramid.level(0.01) == 0
