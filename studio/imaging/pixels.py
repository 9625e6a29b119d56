"""Decoded pixels in the few forms that an `Image` has."""

import numpy as np

from studio.imaging.image import Image, finite, opaque


def image_of(pixels: np.ndarray, depth: int | None = None) -> Image:
    """An `Image` of (H, W) or (H, W, C) of any type of number, without superfluous channels."""
    depth = depth or 8 * pixels.itemsize
    if pixels.dtype.kind == "u" and pixels.itemsize <= 2:
        pixels = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    else:
        with np.errstate(over="ignore"):  # beyond the range of float32: infinite, and so without a value
            pixels = finite(pixels.astype(np.float32))
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4) and (pixels[..., -1] == opaque(pixels.dtype)).all():
        pixels = pixels[..., :-1]
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    return Image(np.ascontiguousarray(pixels), depth)
