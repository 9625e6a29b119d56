"""TIFF (Adobe, 6.0) and BigTIFF, page by page.

Pillow has decoders for all compressions, tifffile for all arrangements of samples: what Pillow keeps whole it decodes,
tifffile the rest.
"""

import logging
import weakref
from collections.abc import Callable
from functools import cached_property, partial
from io import BytesIO
from typing import Any, BinaryIO, Self

import numpy as np
import tifffile
from PIL import Image as Pillow
from PIL import TiffImagePlugin, UnidentifiedImageError  # noqa: F401 - else imported when a file is opened, in threads

from studio.imaging.container import MOST_PIXELS, Container, check_size, refused
from studio.imaging.image import Image, Large
from studio.imaging.orientation import TAG, upright
from studio.imaging.pictures import model_of, shallow_pixels
from studio.imaging.pixels import image_of
from studio.imaging.tiff_parts import LargePage
from studio.imaging.unreadable import DAMAGE, Unreadable

BITS_PER_SAMPLE, PHOTOMETRIC, SAMPLES_PER_PIXEL = 258, 262, 277
STRIP_OFFSETS, ROWS_PER_STRIP, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS = 273, 278, 322, 323, 324
ALPHA = (1, 2)
"""ExtraSamples (section 18) that mean transparency."""
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
COLOR_SAMPLES = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3}
"""Samples of color by PhotometricInterpretation (section 8)."""

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it says of damaged files quotes them


class TiffFile(Container):
    """The pages of a file, the smaller copies of other pages left out."""

    damage = (*DAMAGE, tifffile.TiffFileError)

    def __init__(self, open_file: Callable[[], BinaryIO]) -> None:
        """open_file: opens the file anew; what it gives is closed here."""
        self._open_file = open_file

    @classmethod
    def of(cls, data: bytes) -> Self:
        return cls(lambda: BytesIO(data))

    @property
    def camera(self) -> str:
        return "" if self._picture is None else model_of(self._picture.tag_v2)

    def _count(self) -> list[int]:
        """Each page names the place of the next: in damaged files that may be one before."""
        pages: dict[int, Any] = {}
        for page in self._tiff.pages:
            if page.offset in pages:
                break
            pages[page.offset] = page
        return [number for number, page in enumerate(pages.values()) if not page.is_reduced] or [0]

    def large(self, frame: int | None = None) -> Large | None:
        with refused(self.damage):
            page = self._page(self.representative if frame is None else frame)
            is_large = int(page.imagewidth) * int(page.imagelength) > MOST_PIXELS
            return LargePage(page, self._decode_segment) if is_large else None

    def pixels(self, frame: int) -> tuple[np.ndarray, int]:
        """A page (H, W) or (H, W, C) in the file's own type of number, and its bits per channel."""
        return self._shallow(frame) or self._deep(frame)

    @classmethod
    def _decode_segment(cls, data: bytes) -> tuple[np.ndarray, int]:
        return cls.of(data).pixels(0)

    def _opened_by(self, make_reader: Callable[[BinaryIO], Any]) -> Any:
        """What reads the file, which is closed when nobody needs the reader any more."""
        file = self._open_file()
        try:
            reader = make_reader(file)
        except BaseException:
            file.close()
            raise
        weakref.finalize(reader, file.close)
        return reader

    @cached_property
    def _tiff(self) -> Any:
        return self._opened_by(tifffile.TiffFile)

    def _page(self, frame: int) -> Any:
        try:
            return self._tiff.pages[frame]
        except IndexError:
            raise (Unreadable("no_frame", number=frame + 1) if frame else Unreadable("damaged")) from None

    @cached_property
    def _picture(self) -> Any:
        """What Pillow makes of the file; None when it cannot read the first page, and so none."""
        try:
            return self._opened_by(partial(Pillow.open, formats=["TIFF"]))
        except UnidentifiedImageError:
            return None

    def _decode(self, frame: int) -> Image:
        return image_of(*self.pixels(frame))

    def _shallow(self, frame: int) -> tuple[np.ndarray, int] | None:
        """A page by Pillow; None when Pillow does not know how to or would lose something."""
        picture = self._picture
        if picture is None or not _seek(picture, frame):
            return None
        check_size(*picture.size)
        tags = picture.tag_v2
        if _names_too_few(tags, *picture.size):
            raise Unreadable("damaged")
        bits = max(tags.get(BITS_PER_SAMPLE, (1,)))
        if picture.mode == "I" or (bits > 8 and tags.get(SAMPLES_PER_PIXEL, 1) > 1):
            return None
        pixels = _black_as_zero(shallow_pixels(picture), tags)
        return upright(pixels, tags.get(TAG, 1)), 8 if picture.mode == "P" else bits

    def _deep(self, frame: int) -> tuple[np.ndarray, int]:
        """A page by tifffile."""
        page = self._page(frame)
        check_size(int(page.imagewidth), int(page.imagelength))  # in damaged files texts
        if page.photometric not in COLOR_SAMPLES or page.imagedepth > 1:
            raise Unreadable("unsupported", what=f"TIFF, color space {int(page.photometric)}")
        pixels = _color_samples(page, _decoded(page))
        return upright(pixels, int(page.tags.valueof(TAG, 1))), 8 * pixels.itemsize


def _seek(picture: Any, frame: int) -> bool:
    """Whether Pillow finds a page, and can make anything of it."""
    try:
        picture.seek(frame)
    except (EOFError, SyntaxError):
        return False
    return True


def _names_too_few(tags: Any, width: int, height: int) -> bool:
    """Whether a page does not name all of its tiles or strips: Pillow makes hundreds of megapixels of nothing."""
    if TILE_WIDTH in tags:
        needed = -(-width // tags[TILE_WIDTH]) * -(-height // tags[TILE_LENGTH])
        return len(tags[TILE_OFFSETS]) < needed
    rows = min(max(1, tags.get(ROWS_PER_STRIP, height)), height)
    return len(tags.get(STRIP_OFFSETS, ())) < -(-height // rows)


def _black_as_zero(pixels: np.ndarray, tags: Any) -> np.ndarray:
    """Pillow turns values round where white is zero, but only of up to 8 bits."""
    if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO and pixels.dtype.kind == "u" and pixels.itemsize == 2:
        return (1 << max(tags[BITS_PER_SAMPLE])) - 1 - pixels
    return pixels


def _decoded(page: Any) -> np.ndarray:
    try:
        return page.asarray()
    except ValueError as error:
        # Raised for damaged data, and for compressions that need the package imagecodecs.
        if "imagecodecs" in str(error):
            raise Unreadable("unsupported", what=f"TIFF, {page.compression.name}") from None
        raise


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
