"""What Pillow would not keep whole: color of more than 8 bits, which it cuts to 8, and integers of 32 bits."""

from io import BytesIO
from typing import Any

import numpy as np

from studio.imaging.orientation import TAG, upright
from studio.imaging.unreadable import Unreadable

ALPHA = (1, 2)
"""ExtraSamples (TIFF 6.0, section 18) that mean transparency."""
COLOR_SAMPLES = {"MINISBLACK": 1, "MINISWHITE": 1, "RGB": 3}


def decode_png(data: bytes) -> np.ndarray:
    """uint16 (H, W, C). Raises `RuntimeError` when damaged."""
    import torch
    from torchvision.io import ImageReadMode, decode_image

    pixels = decode_image(torch.frombuffer(bytearray(data), dtype=torch.uint8), ImageReadMode.UNCHANGED)
    return pixels.permute(1, 2, 0).numpy()


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
            if page.photometric.name not in COLOR_SAMPLES or page.imagedepth > 1:
                raise Unreadable("unsupported", what=f"TIFF, {page.photometric.name}")
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
    color = COLOR_SAMPLES[page.photometric.name]
    has_alpha = pixels.shape[2] > color and page.extrasamples and page.extrasamples[0] in ALPHA
    pixels = pixels[..., : color + bool(has_alpha)]
    return np.iinfo(pixels.dtype).max - pixels if page.photometric.name == "MINISWHITE" else pixels
