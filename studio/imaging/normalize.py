"""One form for all images of a data set: size, color, brightness."""

from dataclasses import replace
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta
from PIL import Image as Pillow

from studio.imaging.image import Image, Large, Range, opaque

TINY = 1e-30
BY_TABLE = 1 << 16
"""From so many values on it is faster to look brightness up than to compute it."""


Brightness = Literal["as the files say", "each image's own", "one for all"]
Fit = Literal["pad", "crop", "stretch"]


class Normalization(msgspec.Struct, frozen=True, omit_defaults=True):
    """How images of any size and depth become alike.

    brightness: which values become black and white. As the files say: those that a file names, else, for images
    deeper than 8 bits, those of `window`. Each image's own: its `percentiles`. One for all: those of `window`.
    window: values of black and white in the files' units; None takes each image's whole range.
    invert: black and white change places.
    """

    size: Annotated[int, Meta(title="Size", description="Side of the square images.", ge=8, le=1024)] = 64
    mode: Literal["gray", "rgb"] = "gray"
    fit: Annotated[
        Fit,
        Meta(title="Fit", description="What happens to images that are not square: edges repeated, cut, or distorted."),
    ] = "pad"
    window: Range | None = None
    brightness: Brightness = "as the files say"
    percentiles: Range = (0.1, 99.9)
    invert: bool = False


def normalize(image: Image, normalization: Normalization) -> np.ndarray:
    """`image` as uint8 (size, size, 1 or 3), transparency on white."""
    pixels = np.asarray(_FITS[normalization.fit](_toned(image, normalization), normalization.size))
    if normalization.invert:
        pixels = 255 - pixels
    return pixels[..., None] if pixels.ndim == 2 else pixels


def tones(image: Image, normalization: Normalization) -> np.ndarray:
    """The brightness that `normalize` gives to `image`, at its own size: uint8 (H, W) or (H, W, 3)."""
    pixels = np.asarray(_toned(image, normalization))
    return 255 - pixels if normalization.invert else pixels


def _toned(image: Image, normalization: Normalization) -> Pillow.Image:
    picture = eight_bits(_with_window(image, normalization), normalization.window)
    return picture.convert("L" if normalization.mode == "gray" else "RGB")


def _with_window(image: Image, normalization: Normalization) -> Image:
    """The image as though its file named the window that is wanted."""
    match normalization.brightness:
        case "each image's own":
            return replace(image, window=percentile_range(image, normalization.percentiles))
        case "one for all":
            return replace(image, window=normalization.window or full_range(image))
        case _:
            return image


def eight_bits(image: Image, window: Range | None = None) -> Pillow.Image:
    """`image` as a picture of mode L or RGB, transparency on white: through the file's own window if it names one,
    else deep ones through `window`."""
    pixels = image.pixels
    if image.window is not None or pixels.dtype != np.uint8:
        pixels = _windowed(pixels, image.window or window or full_range(image))
    picture = Pillow.fromarray(pixels)
    return picture if picture.mode in ("L", "RGB") else _on_white(picture)


def full_range(image: Image) -> Range:
    """The values of black and white that the file's depth implies; floats beyond 0..1 span their own range."""
    if image.limits is not None:
        return image.limits
    if image.pixels.dtype != np.float32:
        return 0, (1 << image.depth) - 1
    low, high = float(image.pixels.min()), float(image.pixels.max())
    return (0, 1) if low >= 0 and high <= 1 else (low, high)


def own_range(image: Image | Large) -> Range:
    """An image's own values of black and white: those that its file names, or those that it has, but for a
    thousandth at either end, which may be dead pixels."""
    if image.window is not None:
        return image.window
    return percentile_range(image, (0.1, 99.9))


def percentile_range(image: Image | Large, percentiles: Range) -> Range:
    """The values below which so many percent of an image's pixels lie."""
    low, high = np.percentile(image.sparse, percentiles)
    return float(low), float(high)


def _windowed(pixels: np.ndarray, window: Range) -> np.ndarray:
    if pixels.dtype == np.uint16 and pixels.size > BY_TABLE and pixels.ndim == 2:
        return _scaled(np.arange(1 << 16), window)[pixels]
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        color, alpha = pixels[..., :-1], pixels[..., -1:]
        return np.concatenate([_scaled(color, window), _scaled(alpha, (0, opaque(pixels.dtype)))], axis=2)
    return _scaled(pixels, window)


def _scaled(values: np.ndarray, window: Range) -> np.ndarray:
    """uint8: 0 up to the first value of the window, 255 from the second on."""
    low, high = window
    unit = (values.astype(np.float32) - low) / max(high - low, TINY)
    return (np.clip(unit, 0, 1) * 255 + 0.5).astype(np.uint8)


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    white = Pillow.new(picture.mode, picture.size, "white")
    return Pillow.alpha_composite(white, picture) if picture.mode == "RGBA" else _gray_on_white(picture)


def _gray_on_white(picture: Pillow.Image) -> Pillow.Image:
    gray, alpha = picture.split()
    return Pillow.composite(gray, Pillow.new("L", picture.size, 255), alpha)


def _pad(picture: Pillow.Image, size: int) -> np.ndarray:
    """The whole picture, its outermost pixels repeated to a square: bars would be painted by generators."""
    scale = size / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    pixels = np.asarray(_resized(picture, (width, height)))
    left, top = (size - width) // 2, (size - height) // 2
    sides = [(top, size - height - top), (left, size - width - left)] + [(0, 0)] * (pixels.ndim - 2)
    return np.pad(pixels, sides, mode="edge")


def _crop(picture: Pillow.Image, size: int) -> np.ndarray:
    """The square in the middle."""
    width, height = picture.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return np.asarray(_resized(picture.crop((left, top, left + side, top + side)), (size, size)))


def _stretch(picture: Pillow.Image, size: int) -> np.ndarray:
    return np.asarray(_resized(picture, (size, size)))


def _resized(picture: Pillow.Image, size: tuple[int, int]) -> Pillow.Image:
    """Antialiased; from much larger pictures by way of a whole fraction, which is faster and looks the same."""
    return picture.resize(size, Pillow.Resampling.BICUBIC, reducing_gap=3)


_FITS = {"pad": _pad, "crop": _crop, "stretch": _stretch}
