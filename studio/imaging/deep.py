"""What Pillow would not keep whole: color of more than 8 bits, which it cuts to 8, and integers of 32 bits."""

import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image as Pillow

from studio.imaging.orientation import TAG, upright
from studio.imaging.unreadable import Unreadable

COLOR_TYPE = 25
"""Where a PNG file (ISO/IEC 15948, 11.2.2) has its color type."""
GRAY_ALPHA, RGB_ALPHA = 4, 6
ALPHA = (1, 2)
"""ExtraSamples (TIFF 6.0, section 18) that mean transparency."""
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
COLOR_SAMPLES = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3}
"""Samples of color by PhotometricInterpretation (TIFF 6.0, section 8)."""


def decode_png(data: bytes) -> np.ndarray:
    """uint16 (H, W, 2 to 4) of a PNG with 16 bits a channel; raises as Pillow does.

    Not by torchvision, which can do it too: its decoder ends the whole process on some damaged files.
    """
    if data[COLOR_TYPE] == GRAY_ALPHA:
        return _decode_gray_alpha(data)
    return _bytes_of(data, "16B").astype(np.uint16) << 8 | _bytes_of(data, "16L")


def _bytes_of(data: bytes, order: str) -> np.ndarray:
    """The upper bytes of all samples (order 16B), or, unpacked as though the file's order were the other, the lower."""
    with Pillow.open(BytesIO(data), formats=["PNG"]) as picture:
        picture.tile = [tile._replace(args=f"{picture.mode};{order}") for tile in picture.tile]
        return np.asarray(picture)


def _decode_gray_alpha(data: bytes) -> np.ndarray:
    """Two samples of 16 bits lie in the file exactly as four of 8 would, so the header may say that they are four."""
    header = b"IHDR" + data[16:24] + bytes([8, RGB_ALPHA]) + data[26:29]
    as_rgba = data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:]
    with Pillow.open(BytesIO(as_rgba), formats=["PNG"]) as picture:
        return np.asarray(picture).view(">u2")


def decode_tiff(data: bytes, most_pixels: int) -> np.ndarray:
    """The first page, upright: (H, W) or (H, W, C) in the file's own type. Raises `Unreadable`."""
    import tifffile

    try:
        with tifffile.TiffFile(BytesIO(data)) as tiff:
            page: Any = tiff.pages.first
            if page.imagewidth * page.imagelength > most_pixels:
                raise Unreadable(
                    "too_large", width=page.imagewidth, height=page.imagelength, limit=most_pixels // 10**6
                )
            if page.photometric not in COLOR_SAMPLES or page.imagedepth > 1:
                raise Unreadable("unsupported", what=f"TIFF, color space {int(page.photometric)}")
            pixels = _decoded(page)
            return upright(_color_samples(page, pixels), int(page.tags.valueof(TAG, 1)))
    except tifffile.TiffFileError as error:
        raise Unreadable("damaged") from error


def _decoded(page: Any) -> np.ndarray:
    try:
        return page.asarray()
    except ValueError as error:
        # Raised for damaged data, and for compressions that need the package imagecodecs.
        if "imagecodecs" in str(error):
            raise Unreadable("unsupported", what=f"TIFF, {page.compression.name}") from error
        raise Unreadable("damaged") from error


def _color_samples(page: Any, pixels: np.ndarray) -> np.ndarray:
    """Channels last; samples beyond color and transparency left out; black is 0."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    elif page.axes.startswith("S"):
        pixels = np.moveaxis(pixels, 0, -1)
    color = COLOR_SAMPLES[page.photometric]
    has_alpha = pixels.shape[2] > color and page.extrasamples and page.extrasamples[0] in ALPHA
    pixels = pixels[..., : color + bool(has_alpha)]
    return np.iinfo(pixels.dtype).max - pixels if page.photometric == WHITE_IS_ZERO else pixels
