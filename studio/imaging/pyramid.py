"""An image at full size and at ever smaller halves of it, so that any part can be shown at any scale at once."""

import math
from dataclasses import replace

import numpy as np

from studio.imaging.image import Image, Range
from studio.imaging.normalize import own_range

SMALL = 1024
"""No halves are made of an image whose sides are at most so long."""
PLAIN: Range = (0, 255)
Rect = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the full image."""


class Pyramid:
    """The levels of an image: level n is its 2**n-th part in width and height, averaged.

    own_window: its own values of black and white, all of 8 bits unless the file names others.
    """

    def __init__(self, image: Image) -> None:
        """Takes about a second for 100 megapixels."""
        import cv2

        self.image = image
        is_plain = image.pixels.dtype == np.uint8 and image.window is None
        self.own_window: Range = PLAIN if is_plain else own_range(image)
        self._levels = [image.pixels]
        while max(self._levels[-1].shape[:2]) > SMALL:
            height, width = self._levels[-1].shape[:2]
            half = max(1, width // 2), max(1, height // 2)
            self._levels.append(cv2.resize(self._levels[-1], half, interpolation=cv2.INTER_AREA))

    def level(self, scale: float) -> int:
        """The level to show the image from at `scale` screen pixels a pixel of the full image."""
        return min(max(0, round(-math.log2(scale))), len(self._levels) - 1)

    def cut(self, level: int, rect: Rect) -> tuple[Image, tuple[float, float, float, float]]:
        """What a level shows of a part of the image, and which part (left, top, right, bottom) that is to the pixel."""
        pixels = self._levels[level]
        x, y = self.image.width / pixels.shape[1], self.image.height / pixels.shape[0]
        left, top = int(rect[0] / x), int(rect[1] / y)
        right, bottom = (
            min(math.ceil(end / step) + 1, side)
            for end, step, side in ((rect[2], x, pixels.shape[1]), (rect[3], y, pixels.shape[0]))
        )
        part = replace(self.image, pixels=np.ascontiguousarray(pixels[top:bottom, left:right]))
        return part, (left * x, top * y, right * x, bottom * y)
