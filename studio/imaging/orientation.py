"""Images the way up they were taken."""

import numpy as np

TAG = 0x0112
"""Orientation in EXIF and TIFF (Exif 3.0, 4.6.5.1.6): which edges of the picture row 0 and column 0 are."""


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Pixels (H, W, ...) turned and mirrored so that row 0 is the top and column 0 the left of the picture.

    Orientations 5 to 8 swap width and height; values that the standard does not know mean 1, upright already.
    """
    match orientation:
        case 2:
            return pixels[:, ::-1]
        case 3:
            return pixels[::-1, ::-1]
        case 4:
            return pixels[::-1]
        case 5:
            return pixels.swapaxes(0, 1)
        case 6:
            return pixels[::-1].swapaxes(0, 1)
        case 7:
            return pixels[::-1, ::-1].swapaxes(0, 1)
        case 8:
            return pixels[:, ::-1].swapaxes(0, 1)
    return pixels
