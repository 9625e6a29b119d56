"""What distinguishes two images that look alike."""

import numpy as np
from PIL import Image as Pillow

from studio.cleaning.view import TURNS
from studio.imaging.small_picture import SIDE

LOOK = 512
"""Side of the picture of a difference, at most."""
GRAY = 128


def difference(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """uint8 (H, W): gray where `second` is like `first`, lighter or darker where it is not.

    first, second: uint8 (H, W) or (H, W, 3). The second is turned and resized as it fits best, and made as bright and
    as rich in contrast as the first.
    """
    one, other = (Pillow.fromarray(pixels).convert("L") for pixels in (first, second))
    one.thumbnail((LOOK, LOOK))
    turned = Pillow.fromarray(np.ascontiguousarray(_fitting_turn(one, other)(np.asarray(other))))
    wanted = np.asarray(one, np.float32)
    found = _standardized(turned.resize(one.size, Pillow.Resampling.BOX)) * wanted.std() + wanted.mean()
    return (GRAY + wanted - found).clip(0, 255).astype(np.uint8)


def _fitting_turn(one: Pillow.Image, other: Pillow.Image):
    wanted, found = (_standardized(picture.resize((SIDE, SIDE), Pillow.Resampling.BOX)) for picture in (one, other))
    return max(TURNS, key=lambda turned: float((wanted * turned(found)).mean()))


def _standardized(picture: Pillow.Image) -> np.ndarray:
    pixels = np.asarray(picture, np.float32)
    return (pixels - pixels.mean()) / max(float(pixels.std()), 1.0)
