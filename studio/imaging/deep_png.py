"""PNG with 16 bits a channel in color or with transparency, which Pillow cuts to 8."""

import zlib
from io import BytesIO

import numpy as np
from PIL import Image as Pillow

COLOR_TYPE = 25
"""Where a PNG file (ISO/IEC 15948, 11.2.2) has its color type."""
GRAY_ALPHA, RGB_ALPHA = 4, 6


def decode_deep_png(data: bytes) -> np.ndarray:
    """uint16 (H, W, 2 to 4); raises as Pillow does.

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
