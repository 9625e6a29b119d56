"""Windows of small pictures, and where in one picture another one lies.

A box tells where a window begins and ends across, and where down, in shares of the picture: (M, 4), float32.
"""

from collections.abc import Callable
from math import ceil, floor

import numpy as np
import simplejpeg
from PIL import Image as Pillow

from studio.cleaning.view import FEWEST_LEVELS
from studio.imaging.small_picture import RESAMPLING, SIDE

WHOLE = (0.0, 1.0, 0.0, 1.0)
MOST = 0.15
"""Share of a picture's width, or height, that a window lacks at most on one side."""
FARTHEST = 0.03
"""How far a border moves in one step, in shares of the window."""
DAMPING = 1e-4
"""Added to the normal equations, relative to their trace: an even picture does not tell where it lies."""
_CENTERS = ((np.arange(SIDE) + 0.5) / SIDE).astype(np.float32)


def gray(jpeg: bytes) -> Pillow.Image:
    """Decoded in full: decoding at half the size would be quicker, but what it leaves depends on the place of edges."""
    return Pillow.fromarray(simplejpeg.decode_jpeg(jpeg, "GRAY")[..., 0])


def window(picture: Pillow.Image, box: tuple[float, ...] | np.ndarray) -> np.ndarray:
    """A window of a gray picture as `SIDE` x `SIDE` pixels (uint8), made of nothing outside of it: as it would look had
    it been cut out first."""
    left, right, top, bottom = np.asarray(box, float) * np.repeat(picture.size, 2)
    outer = floor(left + 0.25), floor(top + 0.25), ceil(right - 0.25), ceil(bottom - 0.25)
    within = picture.crop(outer)
    inner = (left - outer[0], top - outer[1], right - outer[0], bottom - outer[1])
    limits = (0, 0, *within.size)
    held = (*map(max, inner[:2], limits[:2]), *map(min, inner[2:], limits[2:]))
    return np.asarray(within.resize((SIDE, SIDE), RESAMPLING, box=held))


def windows(pictures: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """A window of each of the small pictures (M, 32, 32), or one box for all: float32 (M, 32, 32)."""
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    across, down = _resampling(boxes[:, :2]), _resampling(boxes[:, 2:])
    return down @ pictures.astype(np.float32) @ across.swapaxes(1, 2)


def fit(cut: Callable[[np.ndarray], np.ndarray], parts: np.ndarray, boxes: np.ndarray, steps: int) -> np.ndarray:
    """The boxes whose windows are most like `parts` (M, 32, 32), found from boxes near them in so many steps.

    cut: makes the windows (M, 32, 32) of boxes. Each step solves for the borders by how the window would change with
    them, brightness and contrast aside (Lucas & Kanade 1981).
    """
    wanted = _unit(parts)
    for _ in range(steps):
        moved = _step(cut(boxes), wanted)
        begin, length = boxes[:, ::2], boxes[:, 1::2] - boxes[:, ::2]
        boxes = np.stack([begin + moved[:, ::2] * length, begin + (1 + moved[:, 1::2]) * length], axis=2).reshape(-1, 4)
        boxes = boxes.clip((0, 1 - MOST, 0, 1 - MOST), (MOST, 1, MOST, 1))
    return boxes


def _step(cut: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """How far the borders of each window have to move, in shares of it."""
    down, across = np.gradient(cut.astype(np.float32) * SIDE, axis=(1, 2))
    x, y = _CENTERS[None, None, :], _CENTERS[None, :, None]
    slopes = np.stack([across * (1 - x), across * x, down * (1 - y), down * y], axis=1).reshape(-1, 4, SIDE * SIDE)
    found, spread = _unit(cut), cut.reshape(-1, SIDE * SIDE).std(1).clip(FEWEST_LEVELS) * SIDE
    slopes -= slopes.mean(2, keepdims=True)
    slopes /= spread[:, None, None]
    slopes -= (slopes @ found[:, :, None]) * found[:, None, :]
    normal = slopes @ slopes.swapaxes(1, 2)
    normal += DAMPING * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(4, dtype=np.float32) + 1e-9 * np.eye(
        4
    )
    return np.linalg.solve(normal, slopes @ (wanted - found)[:, :, None])[:, :, 0].clip(-FARTHEST, FARTHEST)


def _unit(pictures: np.ndarray) -> np.ndarray:
    flat = pictures.reshape(-1, SIDE * SIDE).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    return flat / (flat.std(1, keepdims=True).clip(FEWEST_LEVELS) * SIDE)


def _resampling(ends: np.ndarray) -> np.ndarray:
    """The matrices (M, 32, 32) that stretch a row's part from one end to another to the whole row, linearly."""
    places = (ends[:, :1] + _CENTERS * (ends[:, 1:] - ends[:, :1])) * SIDE - 0.5
    return np.maximum(0, 1 - np.abs(places.clip(0, SIDE - 1)[:, :, None] - np.arange(SIDE, dtype=np.float32)))
