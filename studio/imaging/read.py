"""Image files as arrays: any supported format, told by content, upright, at the file's own depth."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from studio.imaging.container import Container
from studio.imaging.image import Image
from studio.imaging.masking import mask_out
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
from studio.project.part import WHOLE, Box, Part, Plane

MOST_BYTES = 2 << 30
LAZY_BYTES = 64 << 20
"""Of larger files that can be read in parts nothing is read before it is needed."""
State = tuple[int, int]
"""Bytes, and time of the latest change in nanoseconds: while these stay, a file is taken to be the same."""


def read_image(path: Path, part: Part = WHOLE) -> Image:
    """Decode an image of a file. Raises `Unreadable` for its content, `OSError` when the file cannot be read at all."""
    return _read_lazily(path, part) if is_lazy(path) else decode(read_bytes(path), part)


def read_same(path: Path, part: Part, sha256: str, masked: Sequence[Box] = ()) -> Image | None:
    """`read_image`, without what is masked, but None when the content of the file is another one than it was."""
    if is_lazy(path):
        is_same = _digest_once(path, _state(path)) == sha256
        return mask_out(_read_lazily(path, part), masked) if is_same else None
    data = read_bytes(path)
    return mask_out(decode(data, part), masked) if hashlib.sha256(data).hexdigest() == sha256 else None


def read_item(item: Item) -> Image:
    """Decode the image of an item without what is masked; raises as `read_image`."""
    return mask_out(read_image(item.path, item.part), item.masked)


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


def is_lazy(path: Path) -> bool:
    """Whether `open_lazily` takes a file. Raises `OSError`."""
    if path.stat().st_size <= LAZY_BYTES:
        return False
    with path.open("rb") as file:
        return file.read(HEAD).startswith(TIFF)


def open_lazily(path: Path) -> Container:
    """The images of a large file, which must stay as it is meanwhile, for those that `is_lazy`. Raises `Unreadable`."""
    from studio.imaging.tiff import TiffFile

    return TiffFile(lambda: path.open("rb"))


def decode(data: bytes, part: Part = WHOLE) -> Image:
    """Decode an image of the content of a file. Raises `Unreadable`."""
    if part.box is None:
        return open_container(data, part.plane).image(part.frame)
    large = open_container(data).large(part.frame) if data.startswith(TIFF) else None
    return (large or _kept(data, part.frame, part.plane)).cut(part.box)


def _read_lazily(path: Path, part: Part) -> Image:
    container = open_lazily(path)
    if part.box is None:
        return container.image(part.frame)
    return (container.large(part.frame) or _kept_lazily(path, _state(path), part.frame)).cut(part.box)


@lru_cache(maxsize=1)
def _kept(data: bytes, frame: int | None, plane: Plane | None) -> Image:
    """The latest image of which a piece was asked for: mostly, the next piece is another one of it."""
    return open_container(data, plane).image(frame)


@lru_cache(maxsize=1)
def _kept_lazily(path: Path, state: State, frame: int | None) -> Image:
    """`_kept` of a large file in a state."""
    return open_lazily(path).image(frame)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file of any size, in hexadecimal digits. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=64)
def _digest_once(path: Path, state: State) -> str:
    """`file_digest` of a large file in a state."""
    return file_digest(path)


def _state(path: Path) -> State:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


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

        return TiffFile.of(data)
    if begins_like_heic(data):
        from studio.imaging.heic import HeicFile

        return HeicFile(data)
    return PictureFile(data)


def pixel_hash(pixels: np.ndarray) -> str:
    """SHA-256 of shape, type and pixels, in hexadecimal digits: equal for images that are equal in every pixel."""
    digest = hashlib.sha256(f"{pixels.shape} {pixels.dtype.str}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()
