"""What an image measures when it is decoded, for the checks of Clean and for normalization."""

import numpy as np

from studio.imaging.normalize import own_range
from studio.imaging.read import Image


def scores(image: Image) -> dict[str, float]:
    """By name, in the units of the pixels.

    contrast: standard deviation, of the channel that varies most.
    color: mean difference between channels, 0 in gray images.
    black, white: the range of images deeper than 8 bits without its outermost thousandths.
    frames: pages in the file where it has several.
    """
    channels = np.moveaxis(np.atleast_3d(image.sparse), -1, 0)
    found = {"contrast": max(float(channel.std(dtype=np.float32)) for channel in channels)}
    if len(channels) == 3:
        found["color"] = _difference(channels[0], channels[1]) + _difference(channels[1], channels[2])
    if image.pixels.dtype != np.uint8:
        found["black"], found["white"] = own_range(image)
    if image.frames > 1:
        found["frames"] = image.frames
    return found


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    return float((np.maximum(first, second) - np.minimum(first, second)).mean())
