"""Image files as arrays: any supported format, told by content, upright, at the file's own depth."""

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import (  # noqa: F401 - Pillow would import the decoders when a file is opened, then from several threads
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)
from PIL import Image as Pillow

from studio.imaging.deep import WHITE_IS_ZERO, decode_png, decode_tiff
from studio.imaging.image import Image, cut, finite, opaque
from studio.imaging.orientation import TAG, upright
from studio.imaging.signatures import HEAD, TIFF, begins_like_dicom, begins_like_image
from studio.imaging.unreadable import DAMAGE, Unreadable
from studio.project.items import Item
from studio.project.part import WHOLE, Part

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
MOST_PIXELS = 200_000_000
"""More than the largest cameras take; a larger image would fill the memory of a small machine."""
MOST_BYTES = 2 << 30

BITS_PER_SAMPLE, PHOTOMETRIC, SAMPLES_PER_PIXEL = 258, 262, 277  # tags of TIFF 6.0

Pillow.MAX_IMAGE_PIXELS = None  # `_check_size` has a limit of its own, and a sentence instead of a warning


def read_image(path: Path, part: Part = WHOLE) -> Image:
    """Decode an image of a file. Raises `Unreadable` for its content, `OSError` when the file cannot be read at all."""
    return decode(read_bytes(path), part)


def read_item(item: Item) -> Image:
    """Decode the image of an item; raises as `read_image`."""
    return read_image(item.path, item.part)


def read_bytes(path: Path) -> bytes:
    """The content of a file that begins like an image; raises as `read_image`."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if not head:
            raise Unreadable("empty")
        if not begins_like_image(head):
            raise Unreadable("no_image")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Unreadable("too_heavy", gigabytes=f"{size / (1 << 30):.1f}", limit=MOST_BYTES >> 30)
        return head + file.read()


def decode(data: bytes, part: Part = WHOLE) -> Image:
    """Decode an image of the content of a file. Raises `Unreadable`."""
    image = _decode_whole(data)
    return image if part.box is None else cut(image, part.box)


def _decode_whole(data: bytes) -> Image:
    if begins_like_dicom(data):
        from studio.imaging.dicom import decode_dicom

        return decode_dicom(data, MOST_PIXELS)
    try:
        return _decode(data)
    except DAMAGE as error:
        raise Unreadable("damaged") from error


def pixel_hash(pixels: np.ndarray) -> str:
    """SHA-256 of shape, type and pixels, in hexadecimal digits: equal for images that are equal in every pixel."""
    digest = hashlib.sha256(f"{pixels.shape} {pixels.dtype.str}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def _decode(data: bytes) -> Image:
    try:
        picture = Pillow.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        if data.startswith(TIFF):  # Pillow knows fewer arrangements of samples
            return _image(decode_tiff(data, MOST_PIXELS))
        raise
    with picture:
        _check_size(picture)
        depth, samples = _depth(data, picture)
        if depth > 8 and (samples > 1 or picture.mode == "I"):
            return _image(_decode_deep(data, picture), depth)
        frames = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
        pixels = _decode_shallow(picture)
        return _image(upright(pixels, _orientation(picture)), depth, frames)


def _check_size(picture: Pillow.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Unreadable("too_large", width=width, height=height, limit=MOST_PIXELS // 10**6)


def _depth(data: bytes, picture: Pillow.Image) -> tuple[int, int]:
    """Bits per channel and channels, as the file's header has them."""
    if picture.format == "PNG":
        bits, color_type = data[24:26]
        return (8 if picture.mode == "P" else bits), {2: 3, 4: 2, 6: 4}.get(color_type, 1)
    if picture.format == "TIFF":
        tags = picture.tag_v2  # type: ignore[attr-defined]
        bits = max(tags.get(BITS_PER_SAMPLE, (1,)))
        return (8 if picture.mode == "P" else bits), tags.get(SAMPLES_PER_PIXEL, 1)
    return (1 if picture.mode == "1" else 8), len(picture.getbands())


def _decode_deep(data: bytes, picture: Pillow.Image) -> np.ndarray:
    if picture.format == "TIFF":
        return decode_tiff(data, MOST_PIXELS)
    return upright(decode_png(data), _orientation(picture))


def _decode_shallow(picture: Pillow.Image) -> np.ndarray:
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
        return _without_white_as_zero(np.asarray(picture), picture)
    raise Unreadable("unsupported", what=f"{picture.format}, {mode}")


def _without_equal_channels(rgb: np.ndarray) -> np.ndarray:
    """A palette of grays makes a gray image."""
    is_gray = (rgb[..., :1] == rgb[..., 1:]).all()
    return rgb[..., 0] if is_gray else rgb


def _without_white_as_zero(pixels: np.ndarray, picture: Pillow.Image) -> np.ndarray:
    """Pillow inverts such TIFFs up to 8 bits itself, but not deeper ones."""
    if picture.format == "TIFF" and pixels.dtype.kind == "u" and pixels.itemsize == 2:
        tags = picture.tag_v2  # type: ignore[attr-defined]
        if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
            return (1 << max(tags[BITS_PER_SAMPLE])) - 1 - pixels
    return pixels


def _orientation(picture: Pillow.Image) -> int:
    try:
        return picture.getexif().get(TAG, 1)
    except DAMAGE:  # broken metadata is no reason to refuse the image
        return 1


def _image(pixels: np.ndarray, depth: int | None = None, frames: int = 1) -> Image:
    """An `Image` in one of its three types, without superfluous channels."""
    depth = depth or 8 * pixels.itemsize
    if pixels.dtype.kind == "u" and pixels.itemsize <= 2:
        pixels = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    else:
        pixels = finite(pixels.astype(np.float32))
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4) and (pixels[..., -1] == opaque(pixels.dtype)).all():
        pixels = pixels[..., :-1]
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    return Image(np.ascontiguousarray(pixels), depth, frames)
