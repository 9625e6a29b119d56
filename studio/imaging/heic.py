"""HEIC photos (ISO/IEC 23008-12), where the package pi-heif is installed, which decodes but does not encode."""

from io import BytesIO

import numpy as np

from studio.imaging.container import Container, check_size
from studio.imaging.image import Image
from studio.imaging.pixels import image_of
from studio.imaging.unreadable import DAMAGE, Unreadable


class HeicFile(Container):
    """The photo that stands for the file, turned upright by the decoder, at its own depth."""

    def __init__(self, data: bytes) -> None:
        """Raises `Unreadable`."""
        try:
            import pi_heif
        except ImportError:
            raise Unreadable("no_heic") from None
        try:
            self._picture = pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False)
        except DAMAGE:
            raise Unreadable("damaged") from None
        check_size(*self._picture.size)

    def _decode(self, frame: int) -> Image:
        pixels = np.array(self._picture)  # a copy: the decoder's own memory goes with it
        if pixels.dtype == np.uint16:
            pixels = np.atleast_3d(pixels)[..., :3]  # of HDR photos without transparency, whose depth is another
        return image_of(pixels, int(self._picture.info["bit_depth"]))
