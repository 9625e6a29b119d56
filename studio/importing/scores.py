"""What an image measures when it is decoded, for the checks of Clean and for normalization."""

import numpy as np

from studio.imaging.image import Image
from studio.imaging.normalize import own_range

LOOK = 512
"""Sharpness is measured in images of less than twice as many pixels a side."""


def scores(image: Image) -> dict[str, float]:
    """By name, in the units of the pixels.

    contrast: standard deviation, of the channel that varies most.
    color: mean difference between channels, 0 in gray images.
    black, white: the range of images deeper than 8 bits without its outermost thousandths.
    sharpness: from 0.5, smooth, to 1, crisp (see `_sharpness`).
    light, shade: the brightness that a twentieth of the image exceeds, or stays below.
    """
    channels = np.moveaxis(np.atleast_3d(image.sparse), -1, 0)
    found = {"contrast": max(float(channel.std(dtype=np.float32)) for channel in channels)}
    found["sharpness"] = _sharpness(_reduced(image.color))
    found["shade"], found["light"] = map(float, np.percentile(_few(image.color), (5, 95)))
    if len(channels) == 3:
        found["color"] = _difference(channels[0], channels[1]) + _difference(channels[1], channels[2])
    if image.pixels.dtype != np.uint8:
        found["black"], found["white"] = own_range(image)
    return found


def _sharpness(gray: np.ndarray) -> float:
    """How much neighboring pixels differ, relative to pixels two apart.

    Of a smooth image they differ half as much, of one with detail down to single pixels as much; contrast cancels.
    """
    if min(gray.shape) < 3:
        return 1.0
    rows, columns = gray[::2], np.ascontiguousarray(gray[:, ::2].T)  # every second one is enough
    near, far = (_difference(rows[:, n:], rows[:, :-n]) + _difference(columns[:, n:], columns[:, :-n]) for n in (1, 2))
    return min(1.0, near / far) if far else 1.0


def _reduced(color: np.ndarray) -> np.ndarray:
    """Gray, averaged down by a whole factor to less than `LOOK` px: blur that disappears there does no harm."""
    factor = max(1, max(color.shape[:2]) // LOOK)
    height, width = (side // factor * factor for side in color.shape[:2])
    gray = color if color.ndim == 2 else color[..., color.shape[2] // 2]
    if factor == 1 or min(height, width) == 0:
        return gray
    blocks = gray[:height, :width].reshape(height // factor, factor, width // factor, factor)
    return blocks.mean((1, 3), dtype=np.float32)


def _few(color: np.ndarray) -> np.ndarray:
    """The brightness of about 100 x 100 pixels."""
    step = 1 + max(color.shape[:2]) // 100
    few = color[::step, ::step]
    return few if few.ndim == 2 else few.mean(2, dtype=np.float32)


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    difference = np.maximum(first, second) - np.minimum(first, second)
    return float(difference.sum(dtype=np.uint32 if difference.dtype == np.uint8 else np.float64)) / difference.size
