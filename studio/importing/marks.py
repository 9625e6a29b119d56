"""Marks: regions as annotation files write them, which become `Region`s once the size of their image is known."""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from studio.errors import UserError, explain
from studio.imaging.container import check_size
from studio.imaging.read import read_image
from studio.importing.numbered import read_numbers
from studio.project.part import Box
from studio.project.regions import Region
from studio.text import tr

BLOCK = 4096
"""Longest side of a mask in pixels; what is larger is several, of which a tile decodes only those that it shows."""


class BoxMark(msgspec.Struct, frozen=True, tag=True):
    """Left, top, width and height in pixels, or, if `relative`, as shares of the image's width and height."""

    box: tuple[float, float, float, float]
    name: str = ""
    relative: bool = False


class PolygonMark(msgspec.Struct, frozen=True, tag=True):
    """The union of polygons, each x and y in turn, in pixels or, if `relative`, as shares of width and height."""

    rings: tuple[tuple[float, ...], ...]
    name: str = ""
    relative: bool = False


class RunMark(msgspec.Struct, frozen=True, tag=True):
    """A mask of (height, width) as COCO writes it: lengths of runs of 0 and 1 in turn, column by column."""

    height: int
    width: int
    runs: tuple[int, ...]
    name: str = ""


class MaskMark(msgspec.Struct, frozen=True, tag=True):
    """A mask in a file of its own: everything that is not 0."""

    path: Path
    name: str = ""


class NumberMark(msgspec.Struct, frozen=True, tag=True):
    """A mask in a file of several: the pixels of one number (see `numbered`)."""

    path: Path
    number: int
    name: str = ""


Mark = BoxMark | PolygonMark | RunMark | MaskMark | NumberMark


def regions_of(marks: Iterable[Mark], height: int, width: int) -> tuple[tuple[Region, ...], list[str]]:
    """The regions that marks make in an image of this size, and sentences on those that could not be used."""
    found: list[Region] = []
    unfit: list[str] = []
    for mark in marks:
        try:
            found += drawn(mark, height, width)
        except (UserError, OSError) as error:
            file = f"{mark.path.name}: " if isinstance(mark, MaskMark | NumberMark) else ""
            unfit.append(f"{file}{explain(error)}")
    return tuple(found), unfit


def drawn(mark: Mark, height: int, width: int) -> list[Region]:
    """A mark in an image of this size, as far as it lies inside; several regions if it is very large.

    Raises `UserError` when nothing of it does, or it does not fit, and as `read_image`.
    """
    match mark:
        case BoxMark():
            regions = [_box(mark, height, width)]
        case PolygonMark():
            regions = list(_polygon(mark, height, width))
        case RunMark():
            regions = [Region.from_mask(_fitting(_filled(mark), height, width), mark.name)]
        case MaskMark():
            filled = np.atleast_3d(read_image(mark.path).color).any(2)
            regions = [Region.from_mask(_fitting(np.asarray(filled), height, width), mark.name)]
        case NumberMark():
            filled = read_numbers(mark.path).values == mark.number
            regions = [Region.from_mask(_fitting(filled, height, width), mark.name)]
    found = [region for region in regions if region is not None]
    if not found:
        raise UserError(tr("A mark lies outside of the image, or is empty."))
    return found


def decode_runs(text: str) -> tuple[int, ...]:
    """The lengths of the runs in COCO's compressed text (cocoapi, `rleFrString`). Raises `ValueError`.

    Groups of five bits, the least first, each a printable character from "0" on whose sixth bit says that more follow;
    from the fourth on the difference to the length two before.
    """
    runs: list[int] = []
    value = shift = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64:
            raise ValueError(f"{character!r} does not belong into a compressed mask")
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    if shift:
        raise ValueError("the compressed mask is cut off")
    return tuple(runs)


def _box(mark: BoxMark, height: int, width: int) -> Region | None:
    scale = (width, height) if mark.relative else (1, 1)
    left, right = _clipped(mark.box[0] * scale[0], mark.box[2] * scale[0], width)
    top, bottom = _clipped(mark.box[1] * scale[1], mark.box[3] * scale[1], height)
    if right <= left or bottom <= top:
        return None
    return Region(left, top, right - left, bottom - top, mark.name)


def _clipped(start: float, length: float, end: int) -> tuple[float, float]:
    return max(0.0, start), min(float(end), start + length)


def _polygon(mark: PolygonMark, height: int, width: int) -> Iterator[Region | None]:
    """Drawn only where it lies, block by block: images may be large and polygons many."""
    scale = np.array((width, height) if mark.relative else (1, 1), float)
    rings = [np.reshape(ring, (-1, 2)) * scale for ring in mark.rings]
    corners = np.clip(np.concatenate(rings), 0, (width, height))
    left, top = map(int, np.floor(corners.min(0)))
    right, bottom = map(int, np.ceil(corners.max(0)))
    for y in range(top, bottom, BLOCK):
        for x in range(left, right, BLOCK):
            box = x, y, min(BLOCK, right - x), min(BLOCK, bottom - y)
            yield _block(rings, box, mark.name)


def _block(rings: Iterable[np.ndarray], box: Box, name: str) -> Region | None:
    """What of polygons lies in a box."""
    left, top, width, height = box
    picture = Pillow.new("1", (width, height))
    draw = ImageDraw.Draw(picture)
    for ring in rings:
        # A pixel belongs to the polygon that holds its center; Pillow draws from center to center. It would cut
        # fractions off towards 0: then what lies in several blocks would not be the same in each.
        centers = np.floor(ring - 0.5).astype(int) - (left, top)
        draw.polygon(list(map(tuple, centers.tolist())), fill=1)
    region = Region.from_mask(np.asarray(picture), name)
    if region is None:
        return None
    return msgspec.structs.replace(region, left=region.left + left, top=region.top + top)


def _filled(mark: RunMark) -> np.ndarray:
    """(height, width), True where the runs say so. Raises `Unreadable` for more than fits in memory."""
    check_size(mark.width, mark.height)
    flat = np.repeat(np.arange(len(mark.runs)) % 2 == 1, mark.runs)
    return flat.reshape(mark.width, mark.height).T


def _fitting(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    if mask.shape != (height, width):
        size = f"{mask.shape[1]:,} × {mask.shape[0]:,}"
        raise UserError(
            tr(
                "A mask of {size} pixels does not fit the image of {width:,} × {height:,}.",
                size=size,
                width=width,
                height=height,
            )
        )
    return mask


def is_sound(numbers: Sequence[float]) -> bool:
    """Whether all are finite: files hold NaN, infinities, and numbers that no image is as large as."""
    return all(math.isfinite(number) and abs(number) < 1e9 for number in numbers)
