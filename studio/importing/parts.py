"""Which images of a file come in, and how large ones are cut."""

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from studio.imaging.container import Container
from studio.imaging.image import Image, Large, Range
from studio.imaging.normalize import own_range
from studio.imaging.unreadable import NEEDS_TILES, Unreadable
from studio.importing.options import ImportOptions
from studio.project.part import Box
from studio.project.regions import Region, clipped

EMPTY = 0.05
"""Share of the brightness of the whole within which an empty slice or tile stays."""
MOST_PIECES = 200_000
"""Tiles of an image; more are a mistake."""


class Piece(NamedTuple):
    """What becomes an item: all of an image (box: None), or a cut-out with what is marked in it."""

    image: Image
    box: Box | None
    marked: tuple[Region, ...]


def chosen_frames(container: Container, options: ImportOptions) -> Sequence[int]:
    """The numbers of the images that come in, in order; at least one."""
    frames = container.frames
    low, high = (share / 100 * len(frames) for share in options.span)
    chosen = frames[min(math.floor(low), len(frames) - 1) : math.ceil(high)][:: options.every] or frames[:1]
    if options.frames == "middle":
        return chosen[len(chosen) // 2 :][:1]
    is_one = options.frames == "first" or (options.frames == "auto" and container.is_animation)
    return chosen[:1] if is_one else chosen


def pieces(image: Image | Large, marked: Sequence[Region], options: ImportOptions) -> Iterator[Piece | None]:
    """An image as it is, its tiles, or its objects; None for a tile that is left out.

    Tiles have one size, but for images that are smaller; they overlap more than was asked for rather than leave the
    image. Images in which nothing is marked are cut side by side when tiles are to lie around defects. Raises
    `Unreadable` for a large one that is not cut, or into too many.
    """
    if options.cut == "objects" and marked:
        for region in marked:
            box = _box(region, image.width, image.height)
            yield Piece(image.cut(box), box, clipped([region], box))
    elif options.cut in ("whole", "objects") or max(image.width, image.height) <= options.tile:
        if not isinstance(image, Image):
            raise Unreadable(NEEDS_TILES, width=image.width, height=image.height)
        yield Piece(image, None, tuple(marked))
    else:
        boxes = dict.fromkeys(islice(_boxes(image, marked, options), MOST_PIECES + 1))
        if len(boxes) > MOST_PIECES:
            raise Unreadable("too_many_tiles", n=MOST_PIECES)
        shown = own_range(image)
        for box in boxes:
            piece = Piece(image.cut(box), box, clipped(marked, box))
            is_left_out = options.skip_empty and not piece.marked and is_empty(piece.image, shown)
            yield None if is_left_out else piece


def is_empty(image: Image | Large, shown: Range) -> bool:
    """Whether next to nothing is to be seen, compared with the black and white of the whole."""
    low, high = np.percentile(np.atleast_3d(image.sparse), (1, 99), axis=(0, 1))
    return bool((high - low).max() <= EMPTY * (shown[1] - shown[0]))


def _boxes(image: Image | Large, marked: Sequence[Region], options: ImportOptions) -> Iterator[Box]:
    width, height = image.width, image.height
    if options.cut == "grid" or not marked:
        yield from _tiles((0, 0, width, height), options)
    else:
        for region in marked:
            yield from _tiles(_widened(_box(region, width, height), options.tile, width, height), options)


def _tiles(whole: Box, options: ImportOptions) -> Iterator[Box]:
    """Tiles that cover a rectangle, row by row."""
    left, top, width, height = whole
    size = options.tile
    for y in _starts(height, size, options.overlap):
        for x in _starts(width, size, options.overlap):
            yield left + x, top + y, min(size, width), min(size, height)


def _starts(length: int, size: int, overlap: float) -> list[int]:
    """Where tiles begin that cover a length evenly."""
    if length <= size:
        return [0]
    number = math.ceil((length - size) / (size * (1 - overlap))) + 1
    return [round(index * (length - size) / (number - 1)) for index in range(number)]


def _box(region: Region, width: int, height: int) -> Box:
    """The whole pixels of a region inside an image; at least one."""
    left, top = (min(max(0, math.floor(low)), side - 1) for low, side in ((region.left, width), (region.top, height)))
    right = min(max(left + 1, math.ceil(region.left + region.width)), width)
    bottom = min(max(top + 1, math.ceil(region.top + region.height)), height)
    return left, top, right - left, bottom - top


def _widened(box: Box, size: int, width: int, height: int) -> Box:
    """A box at least as large as a tile, around the same center where the image is large enough."""
    left, top, box_width, box_height = box
    wide, high = min(width, max(size, box_width)), min(height, max(size, box_height))
    x = min(max(0, left + (box_width - wide) // 2), width - wide)
    y = min(max(0, top + (box_height - high) // 2), height - high)
    return x, y, wide, high
