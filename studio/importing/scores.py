"""What an image measures when it is decoded, for the checks of Clean and for normalization."""

import numpy as np

from studio.imaging.image import Image
from studio.imaging.normalize import own_range

LOOK = 512
"""Sharpness is measured in images of less than twice as many pixels a side."""
NEARLY_WHITE = 253
"""Of 255: what JPEG makes of white."""


def scores(image: Image) -> dict[str, float]:
    """By name, in the units of the pixels.

    contrast: standard deviation, of the channel that varies most.
    color: mean difference between channels, 0 in gray images.
    black, white: the range of images deeper than 8 bits without its outermost thousandths.
    window_black, window_white: the values that the file wants shown as black and white, where it names any.
    sharpness: from 0.5, smooth, to 1, crisp (see `_sharpness`).
    light, shade: the brightness that a twentieth of the image exceeds, or stays below.
    clipped: the share of the image at the highest value there is, of the channel with most of it: a saturated sensor.
    """
    import cv2

    few = _few(image.color)
    found = {"contrast": float(cv2.meanStdDev(image.sparse)[1].max())}
    found["sharpness"] = _sharpness(_reduced(image.color))
    found["shade"], found["light"] = _extremes(few)
    found["clipped"] = float((few >= _highest(few)).mean(0).max())
    if few.shape[1] == 3:
        found["color"] = _difference(few[:, 0], few[:, 1]) + _difference(few[:, 1], few[:, 2])
    if image.pixels.dtype != np.uint8:
        found["black"], found["white"] = own_range(image)
    if image.window is not None:
        found["window_black"], found["window_white"] = image.window
    return found


def _sharpness(gray: np.ndarray) -> float:
    """How much neighboring pixels differ, relative to pixels two apart.

    Of a smooth image they differ half as much, of one with detail down to single pixels as much; contrast cancels.
    """
    if min(gray.shape) < 3:
        return 1.0
    near, far = (
        _difference(gray[:, apart:], gray[:, :-apart]) + _difference(gray[apart:], gray[:-apart]) for apart in (1, 2)
    )
    return min(1.0, near / far) if far else 1.0


def _reduced(color: np.ndarray) -> np.ndarray:
    """Gray, averaged down by a whole factor to less than `LOOK` px: blur that disappears there does no harm."""
    import cv2

    factor = max(1, max(color.shape[:2]) // LOOK)
    height, width = (side // factor for side in color.shape[:2])
    gray = color if color.ndim == 2 else np.ascontiguousarray(color[..., color.shape[2] // 2])
    if factor == 1 or min(height, width) == 0:
        return gray
    whole = gray[: height * factor, : width * factor].astype(np.float32)
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)


def _few(color: np.ndarray) -> np.ndarray:
    """About 10,000 pixels (n, channels), spread over the whole image."""
    step = 1 + max(color.shape[:2]) // 100
    few = color[::step, ::step]
    return few.reshape(-1, 1 if color.ndim == 2 else color.shape[2])


def _extremes(few: np.ndarray) -> tuple[float, float]:
    """The values of brightness that a twentieth of pixels (n, channels) stays below, and that a twentieth exceeds."""
    import cv2

    channels = few.shape[1]
    mean = few[:, 0] if channels == 1 else cv2.transform(few[None], np.full((1, channels), 1 / channels)).ravel()
    ordered = np.sort(mean, kind="stable")  # of whole numbers by their digits: several times as fast as a partition
    low = len(ordered) // 20
    return float(ordered[low]), float(ordered[-1 - low])


def _highest(values: np.ndarray) -> float:
    """The value from which pixels may have been cut off; nobody knows at which a deep camera's sensor is full."""
    return NEARLY_WHITE if values.dtype == np.uint8 else values.max()


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    """The mean absolute difference, in a tenth of the time that NumPy takes."""
    import cv2

    return cv2.norm(first, second, cv2.NORM_L1) / first.size
