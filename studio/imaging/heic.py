"""HEIC photos (ISO/IEC 23008-12), where the package pi-heif is installed, which decodes but does not encode."""

import numpy as np

from studio.imaging.container import Container, check_size
from studio.imaging.image import Image
from studio.imaging.pixels import image_of
from studio.imaging.unreadable import DAMAGE, Unreadable

THREADS = 1
"""Import has threads of its own."""


class HeicFile(Container):
    """The photo that stands for the file, turned upright by the decoder, at its own depth."""

    def __init__(self, data: bytes) -> None:
        """Raises `Unreadable`."""
        try:
            import _pi_heif
        except ImportError:
            raise Unreadable("no_heic") from None
        try:
            # Not by `pi_heif.open_heif`, which looks at metadata too, and damaged ones of these end the process.
            images = _pi_heif.load_file(data, THREADS, False, False, True, False, "", False)
            self._photo = next(image for image in images if image is not None and image.primary)
        except (StopIteration, *DAMAGE):
            raise Unreadable("damaged") from None
        check_size(*self._photo.size_mode[0])

    def _decode(self, frame: int) -> Image:
        width, height = self._photo.size_mode[0]
        depth = int(self._photo.bit_depth)
        samples = np.frombuffer(self._photo.data, np.uint8 if depth <= 8 else np.uint16)
        pixels = samples.reshape(height, width, -1)
        if depth > 8:
            pixels = pixels[..., :3]  # HDR photos have no transparency
        return image_of(pixels.copy(), depth)
