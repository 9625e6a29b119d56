"""NIfTI volumes (NIfTI-1 and NIfTI-2, compressed or not) as slices that all look the same way.

However a scanner wrote the file, slices are numbered from the left of the body to its right, from its back to its
front, or from its feet to its head; and they are shown as radiologists see them, and as DICOM has them: the patient's
right at the left of the picture.
"""

import logging
import zlib
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.orientations import apply_orientation, io_orientation
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError

from studio.imaging.container import Container, check_frame, check_size
from studio.imaging.image import Image, Range, finite
from studio.imaging.signatures import GZIP
from studio.imaging.unreadable import DAMAGE, Unreadable
from studio.project.part import Plane

AXES: dict[Plane, tuple[int, int, int]] = {"axial": (2, 1, 0), "coronal": (1, 2, 0), "sagittal": (0, 2, 1)}
"""Of the axes to the right (0), to the front (1) and to the head (2): across the slices, up, and to the left."""
MOST_INFLATED = 1 << 30
"""Bytes that a compressed volume may have."""
MOST_REPEATS = 16
FEW = 1 << 20
"""Values that are enough to find the darkest and brightest thousandth."""

logging.getLogger("nibabel").setLevel(logging.CRITICAL)  # what it says of damaged files quotes them


class Volume(NamedTuple):
    """The first volume of a file.

    stored: values (to the right, to the front, to the head) in the file's type of number, with fields if it is color.
    spacing: size of a voxel in the same order. slope, intercept: what makes units of the values. limits: the least and
    greatest, window: those of black and white, both in units. volumes: how many the file has.
    """

    stored: np.ndarray
    spacing: np.ndarray
    slope: float
    intercept: float
    limits: Range
    window: Range
    volumes: int


class NiftiFile(Container):
    """The slices of a volume, float32 in its units, which share one window; colors are RGB.

    Across thick slices pixels are repeated, so that shapes are not squashed and no value is made up.
    """

    damage: ClassVar = (*DAMAGE, ImageFileError, HeaderDataError, WrapStructError)

    def __init__(self, data: bytes, plane: Plane) -> None:
        """Raises `Unreadable`."""
        self.plane: Plane = plane
        try:
            self._volume = _volume(data)
        except self.damage:
            raise Unreadable("damaged") from None
        self.volumes = self._volume.volumes

    def _count(self) -> range:
        return range(self._volume.stored.shape[AXES[self.plane][0]])

    @property
    def representative(self) -> int:
        return len(self.frames) // 2

    def _decode(self, frame: int) -> Image:
        check_frame(frame, len(self.frames))
        volume = self._volume
        stored = volume.stored.transpose(AXES[self.plane])[frame, ::-1, ::-1]
        rows, columns = _repeats(*volume.spacing[list(AXES[self.plane][1:])])
        check_size(stored.shape[1] * columns, stored.shape[0] * rows)
        stored = stored.repeat(rows, 0).repeat(columns, 1)
        if stored.dtype.fields:
            return Image(np.stack([stored[name] for name in "RGB"], -1), 8)
        values = finite((stored * volume.slope + volume.intercept).astype(np.float32))
        return Image(np.ascontiguousarray(values), 8 * stored.itemsize, volume.window, volume.limits)


@lru_cache(maxsize=1)
def _volume(data: bytes) -> Volume:
    """The latest volume is kept: mostly, the next slice is another one of it."""
    content = _inflated(data) if data.startswith(GZIP) else data
    kind = nibabel.Nifti1Image if content[344:348] == b"n+1\0" else nibabel.Nifti2Image
    image: Any = kind.from_bytes(content)
    shape, dtype, proxy = image.shape, image.get_data_dtype(), image.dataobj
    if len(shape) < 3 or 0 in shape or (dtype.kind not in "iuf" and not dtype.fields):
        raise Unreadable("volume", what=f"{' × '.join(map(str, shape))}, {dtype.name}")
    stored: np.ndarray = np.ndarray(shape[:3], dtype, content, proxy.offset, order="F")
    limits, range_seen = (0.0, 255.0), (0.0, 255.0)
    if not dtype.fields:
        limits, range_seen = (_in_units(each, proxy.slope, proxy.inter) for each in _ranges(stored))
    if not max(-limits[0], limits[1]) <= float(np.finfo(np.float32).max):  # so that NaN is refused too
        raise Unreadable("damaged")
    orientation = _orientation(image.affine)
    return Volume(
        apply_orientation(stored, orientation),
        np.array(image.header.get_zooms()[:3], float)[np.argsort(orientation[:, 0])],
        proxy.slope,
        proxy.inter,
        limits,
        _window(image.header, limits) or range_seen,
        int(np.prod(shape[3:], dtype=int)),
    )


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    content = inflate.decompress(data, MOST_INFLATED)
    if inflate.unconsumed_tail:
        raise Unreadable("too_heavy", gigabytes="> 1", limit=MOST_INFLATED >> 30)
    if not inflate.eof:
        raise Unreadable("damaged")
    return content


def _orientation(affine: np.ndarray) -> np.ndarray:
    """Which axis of the body each of the file's is; where the header does not tell, they are taken as they come."""
    if np.isfinite(affine).all():
        found = io_orientation(affine)
        if np.isfinite(found).all():
            return found
    return np.array([[0, 1], [1, 1], [2, 1]])


def _repeats(height: float, width: float) -> tuple[int, int]:
    """How often to show each row and each column, for pixels of this size to be about as high as wide."""
    if not (np.isfinite(height + width) and min(height, width) > 0):
        return 1, 1
    rows, columns = (max(1, min(MOST_REPEATS, round(ratio))) for ratio in (height / width, width / height))
    return rows, columns


def _ranges(stored: np.ndarray) -> tuple[Range, Range]:
    """The least and greatest of values, and the same but for a thousandth at either end."""
    values = stored.ravel("K")
    if stored.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if not values.size:
        return (0, 0), (0, 0)
    low, high = np.percentile(values[:: 1 + values.size // FEW], (0.1, 99.9))
    return (float(values.min()), float(values.max())), (float(low), float(high))


def _in_units(stored: Range, slope: float, intercept: float) -> Range:
    low, high = sorted(value * slope + intercept for value in stored)
    return low, high


def _window(header: Any, limits: Range) -> Range | None:
    """What the header wants shown as black and white (both 0 if nothing), unless that shows nothing."""
    low, high = float(header["cal_min"]), float(header["cal_max"])
    return (low, high) if low < high and low < limits[1] and limits[0] < high else None
