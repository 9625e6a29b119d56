"""Image files as arrays: any supported format, told by content, upright, at the file's own depth."""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from studio.imaging.container import Container
from studio.imaging.image import Image, cut
from studio.imaging.pictures import PictureFile
from studio.imaging.signatures import (
    HEAD,
    TIFF,
    begins_like_dicom,
    begins_like_heic,
    begins_like_image,
    begins_like_nifti,
)
from studio.imaging.unreadable import Unreadable
from studio.project.items import Item
from studio.project.part import WHOLE, Part, Plane

MOST_BYTES = 2 << 30


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
    if part.box is None:
        return open_container(data, part.plane).image(part.frame)
    return cut(_kept(data, part.frame, part.plane), part.box)


@lru_cache(maxsize=1)
def _kept(data: bytes, frame: int | None, plane: Plane | None) -> Image:
    """The latest image of which a piece was asked for: mostly, the next piece is another one of it."""
    return open_container(data, plane).image(frame)


def open_container(data: bytes, plane: Plane | None = None) -> Container:
    """The images in the content of a file; of a volume its slices in a plane. Raises `Unreadable`."""
    if begins_like_dicom(data):
        from studio.imaging.dicom import DicomFile

        return DicomFile(data)
    if begins_like_nifti(data):
        from studio.imaging.nifti import NiftiFile

        return NiftiFile(data, plane or "axial")
    if data.startswith(TIFF):
        from studio.imaging.tiff import TiffFile

        return TiffFile(data)
    if begins_like_heic(data):
        from studio.imaging.heic import HeicFile

        return HeicFile(data)
    return PictureFile(data)


def pixel_hash(pixels: np.ndarray) -> str:
    """SHA-256 of shape, type and pixels, in hexadecimal digits: equal for images that are equal in every pixel."""
    digest = hashlib.sha256(f"{pixels.shape} {pixels.dtype.str}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()
