"""Masks whose values are numbers: PNG files with a palette or of grays, or painted in the colors of Pascal VOC."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image as Pillow

from studio.imaging.container import check_size, refused
from studio.imaging.read import read_bytes
from studio.imaging.unreadable import DAMAGE

VOID = 255


class Numbered(NamedTuple):
    """values: uint8 (H, W). colors: uint8 (256, 3), that in which each number is painted."""

    values: np.ndarray
    colors: np.ndarray

    def color(self, number: int) -> tuple[int, int, int]:
        red, green, blue = self.colors[number].tolist()
        return red, green, blue


def read_numbers(path: Path) -> Numbered:
    """Raises `Unreadable` and `OSError`."""
    data = read_bytes(path)
    with refused(DAMAGE), Pillow.open(BytesIO(data), formats=("PNG",)) as picture:
        check_size(*picture.size)
        if picture.mode == "P":
            palette = np.frombuffer(bytes(picture.getpalette() or ()), np.uint8).reshape(-1, 3)
            return Numbered(np.asarray(picture), np.pad(palette, ((0, 256 - len(palette)), (0, 0))))
        if picture.mode in ("1", "L"):
            return Numbered(np.asarray(picture, np.uint8), colormap())
        return Numbered(_numbers_of(np.asarray(picture.convert("RGB"))), colormap())


@cache
def colormap() -> np.ndarray:
    """uint8 (256, 3), the colors of the numbers (VOC development kit, `VOClabelcolormap`).

    The bits of a number, the lowest three first, are dealt to red, green and blue, the highest place first.
    """
    colors = np.zeros((256, 3), np.uint8)
    numbers = np.arange(256)
    for place in range(8):
        for channel in range(3):
            colors[:, channel] |= ((numbers >> (3 * place + channel)) & 1).astype(np.uint8) << (7 - place)
    return colors


def _numbers_of(rgb: np.ndarray) -> np.ndarray:
    """The numbers of the colors; what has none of them is void."""
    weights = np.array([1 << 16, 1 << 8, 1])
    known = colormap() @ weights
    order = np.argsort(known)
    packed = rgb @ weights
    found = order[np.searchsorted(known[order], packed).clip(max=255)]
    return np.where(known[found] == packed, found, VOID).astype(np.uint8)
