"""Rectangles of an image made unreadable: what was written there is gone from everything that is made of the image."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from studio.imaging.image import Image
from studio.project.part import Box


def mask_out(image: Image, boxes: Iterable[Box]) -> Image:
    """An image whose boxes are even, each in the color that is usual around it; the given one stays as it is."""
    boxes = tuple(boxes)
    if not boxes:
        return image
    pixels = image.pixels.copy()
    for left, top, width, height in boxes:
        right, bottom = left + width, top + height
        pixels[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = _around(
            image.pixels, left, top, right, bottom
        )
    return replace(image, pixels=pixels)


def _around(pixels: np.ndarray, left: int, top: int, right: int, bottom: int) -> np.ndarray:
    """The median, a number a channel, of the pixels just outside a box; of the whole image where there are none."""
    rows, columns = (slice(max(0, start - 1), max(0, end + 1)) for start, end in ((top, bottom), (left, right)))
    lines = [pixels[row, columns] for row in (top - 1, bottom) if 0 <= row < pixels.shape[0]]
    lines += [pixels[rows, column] for column in (left - 1, right) if 0 <= column < pixels.shape[1]]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    ring = np.concatenate([line.reshape(-1, channels) for line in lines or [pixels]])
    middle = np.sort(ring, axis=0)[len(ring) // 2] if len(ring) else np.zeros(channels)
    return middle[0] if pixels.ndim == 2 else middle
