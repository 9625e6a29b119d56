"""A decoded image."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from studio.project.part import Box

Range = tuple[float, float]
"""Two values of pixels, the darker first."""


@dataclass(frozen=True)
class Image:
    """A decoded image.

    pixels: (H, W) or (H, W, C) with 2 (gray, alpha), 3 (RGB) or 4 (RGB, alpha) channels, alpha only where something
    is transparent; uint8, uint16, or float32 in the file's own units.
    depth: bits per channel in the file.
    window: the values that the file wants shown as black and white, where it names any.
    limits: the least and greatest value that such a file can hold, where its type of number does not tell.
    """

    pixels: np.ndarray
    depth: int
    window: Range | None = None
    limits: Range | None = None

    @property
    def height(self) -> int:
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        return self.pixels.shape[1]

    @property
    def channels(self) -> int:
        return 1 if self.pixels.ndim == 2 else self.pixels.shape[2]

    @property
    def color(self) -> np.ndarray:
        """The pixels without transparency: (H, W) or (H, W, 1 or 3)."""
        return self.pixels[..., :-1] if self.channels in (2, 4) else self.pixels

    @property
    def sparse(self) -> np.ndarray:
        """`color` at every nth row and column only, about 1,000 at most: enough for statistics."""
        step = 1 + max(self.width, self.height) // 1000
        return self.color[::step, ::step]

    def cut(self, box: Box) -> "Image":
        """A rectangle of it; what of that lies outside is left out."""
        left, top, width, height = box
        return replace(self, pixels=np.ascontiguousarray(self.pixels[top : top + height, left : left + width]))


class Large(Protocol):
    """An image that is too large to be decoded at once: parts of it are.

    sparse: some of its pixels, spread over all of it, as `Image.sparse`.
    """

    width: int
    height: int
    window: Range | None

    @property
    def sparse(self) -> np.ndarray: ...

    def cut(self, box: Box) -> Image:
        """Decode a rectangle. Raises `Unreadable`."""
        ...


def opaque(dtype: np.dtype) -> float:
    """The value of alpha where nothing shines through."""
    return 1.0 if dtype.kind == "f" else int(np.iinfo(dtype).max)


def finite(pixels: np.ndarray) -> np.ndarray:
    """Pixels without a value (NaN, infinite) get the smallest that there is."""
    known = np.isfinite(pixels)
    if known.all():
        return pixels
    return np.where(known, pixels, pixels[known].min() if known.any() else np.float32(0))
