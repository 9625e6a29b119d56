"""PNG, JPEG, BMP, WebP, GIF and HEIC: what photos, screens and the web are made of."""

from functools import cached_property
from io import BytesIO
from typing import Any

import numpy as np
import simplejpeg
from PIL import (  # noqa: F401 - Pillow would import the decoders when a file is opened, then from several threads
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)
from PIL import Image as Pillow

from studio.imaging.container import Container, check_frame, check_size
from studio.imaging.deep_png import decode_deep_png
from studio.imaging.image import Image
from studio.imaging.orientation import TAG, upright
from studio.imaging.pixels import image_of
from studio.imaging.unreadable import DAMAGE, Unreadable

FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "GIF")
ANIMATED = ("PNG", "WEBP", "GIF")
CHANNELS = {2: 3, 4: 2, 6: 4}
"""Of the color types of PNG (ISO/IEC 15948, 11.2.2) that have several."""
MODEL = 0x0110
"""Of the camera (Exif 3.0, 4.6.5.4.2; TIFF 6.0, section 8)."""
LONGEST_MODEL = 64
ODDITIES = ("Invalid SOS parameters", "JFIF revision", "Inconsistent progression", "Adobe color transform")
"""In warnings of libjpeg (jerror.h) on what some encoders write, and all decoders read."""

Pillow.MAX_IMAGE_PIXELS = None  # `check_size` has a limit of its own, and a sentence instead of a warning


class PictureFile(Container):
    """A picture, or the pictures of an animation."""

    is_animation = True

    def __init__(self, data: bytes) -> None:
        """Raises `Unreadable`."""
        try:
            self._data = data
            self._picture = Pillow.open(BytesIO(data), formats=FORMATS)
            check_size(*self._picture.size)
        except DAMAGE:
            raise Unreadable("damaged") from None

    @property
    def camera(self) -> str:
        return model_of(self._exif)

    def _count(self) -> range:
        """One where the others are previews or, being deep, would lose what 8 bits do not hold."""
        is_animated = self._picture.format in ANIMATED and self._depth[0] <= 8
        return range(getattr(self._picture, "n_frames", 1) if is_animated else 1)

    @cached_property
    def _depth(self) -> tuple[int, int]:
        """Bits per channel and channels, as the file's header has them."""
        picture = self._picture
        if picture.format == "PNG":
            bits, color_type = self._data[24:26]
            return (8 if picture.mode == "P" else bits), CHANNELS.get(color_type, 1)
        return (1 if picture.mode == "1" else 8), len(picture.getbands())

    def _decode(self, frame: int) -> Image:
        check_frame(frame, len(self.frames))
        if len(self.frames) > 1:
            self._picture.seek(frame)
        return image_of(upright(self._pixels(), self._exif.get(TAG, 1)), self._depth[0])

    def _pixels(self) -> np.ndarray:
        picture = self._picture
        depth, channels = self._depth
        if depth > 8 and channels > 1:
            return decode_deep_png(self._data)
        strict = None
        if picture.format in ("JPEG", "MPO") and picture.mode in ("L", "RGB"):
            strict = _decode_jpeg(self._data, picture.mode)
        return shallow_pixels(picture) if strict is None else strict

    @cached_property
    def _exif(self) -> Pillow.Exif:
        try:
            return self._picture.getexif()
        except DAMAGE:  # broken metadata is no reason to refuse the image
            return Pillow.Exif()


def model_of(tags: Any) -> str:
    """The model of camera, scanner or microscope that tags of Exif or TIFF name; empty if none."""
    model = tags.get(MODEL)
    return "".join(filter(str.isprintable, model)).strip()[:LONGEST_MODEL] if isinstance(model, str) else ""


def _decode_jpeg(data: bytes, mode: str) -> np.ndarray | None:
    """The same pixels as Pillow's, sooner; and where data are missing or do not fit it raises, as Pillow does not.

    None for an odd header, which harms nothing.
    """
    try:
        pixels = simplejpeg.decode_jpeg(data, "GRAY" if mode == "L" else mode, strict=True)
    except ValueError as error:
        if any(oddity in str(error) for oddity in ODDITIES):
            return None
        raise
    return pixels[..., 0] if mode == "L" else pixels


def shallow_pixels(picture: Pillow.Image) -> np.ndarray:
    """Pixels of what Pillow keeps whole: 8 bits a channel, or one channel of any depth."""
    picture.load()
    mode = picture.mode
    if picture.has_transparency_data:
        return np.asarray(picture.convert("LA" if mode in ("1", "L", "LA", "La") else "RGBA"))
    if mode == "P":
        return _without_equal_channels(np.asarray(picture.convert("RGB")))
    if mode == "1":
        return np.asarray(picture.convert("L"))
    if mode in ("CMYK", "YCbCr"):
        return np.asarray(picture.convert("RGB"))
    if mode in ("L", "RGB", "F") or mode.startswith("I;16"):
        return np.asarray(picture)
    raise Unreadable("unsupported", what=f"{picture.format}, {mode}")


def _without_equal_channels(rgb: np.ndarray) -> np.ndarray:
    """A palette of grays makes a gray image."""
    is_gray = (rgb[..., :1] == rgb[..., 1:]).all()
    return rgb[..., 0] if is_gray else rgb
