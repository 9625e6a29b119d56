"""Parts of TIFF pages that are too large to be decoded at once, such as whole slides.

A page is stored in tiles or strips, each compressed by itself (TIFF 6.0, sections 3 and 15). One of them, with the
page's own tags that tell how to decode it, is a small TIFF file: so it is decoded as any other.
"""

import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import tifffile

from studio.imaging.container import check_size, refused
from studio.imaging.image import Image, Range
from studio.imaging.orientation import TAG
from studio.imaging.pixels import image_of
from studio.imaging.unreadable import DAMAGE, Unreadable
from studio.project.part import Box

WIDTH, LENGTH, OFFSETS, ROWS_PER_STRIP, BYTE_COUNTS = 256, 257, 273, 278, 279
COPIED = frozenset((258, 259, 262, 266, 277, 284, 317, 320, 338, 339, 347, 530, 531, 532))
"""Tags that tell how to decode samples: their bits, compression, color space, order, number and arrangement, predictor,
palette, meaning and type, the tables of JPEG, and three on YCbCr."""
LONG = 4
UNCOMPRESSED, SEPARATE = 1, 2
MOST_TOTAL = 100_000_000_000
"""Pixels: five times the largest slides. More is a mistake or malice."""
MOST_SEGMENT, MOST_SEGMENT_BYTES = 64_000_000, 1 << 29
"""Pixels of a tile or strip, and bytes that it is stored in."""
KEPT_BYTES = 96 << 20
"""Of decoded tiles and strips: mostly, the next part touches the same ones."""
BAND = 1 << 20
"""Pixels of a strip that is made of the rows of an uncompressed page."""
LOOKS = 8
"""Segments in either direction that tell what all look like."""

Decode = Callable[[bytes], tuple[np.ndarray, int]]
"""Of a small TIFF file: pixels (H, W) or (H, W, C), and bits per channel."""


class Segment(NamedTuple):
    """A tile or strip: where it lies in the page (of tiles, parts may lie outside), and in the file. Size 0: it is
    blank."""

    box: Box
    offset: int
    size: int


class LargePage:
    """A page in parts; not to be used by several threads at once."""

    window: Range | None = None

    def __init__(self, page: Any, decode: Decode) -> None:
        """page: a `tifffile.TiffPage`, whose file stays open. Raises `Unreadable` when it cannot be read in parts."""
        self.width, self.height = int(page.imagewidth), int(page.imagelength)
        check_size(self.width, self.height, MOST_TOTAL)
        self._page, self._decode = page, decode
        self._grid = _Grid(page)
        self._kept: OrderedDict[int, tuple[np.ndarray, int]] = OrderedDict()

    def cut(self, box: Box) -> Image:
        """Decode a rectangle that lies inside. Raises `Unreadable`."""
        left, top, width, height = box
        check_size(width, height)
        with refused((*DAMAGE, tifffile.TiffFileError)):
            numbers = list(self._grid.touched(box))
            found = [(self._grid.segment(number).box, *self._segment(number)) for number in numbers]
            self._forget_but(numbers)
            channels = max(pixels.shape[2] for _, pixels, _ in found)
            whole = np.empty((height, width, channels), found[0][1].dtype)
            for (x, y, *_), pixels, _ in found:
                target = whole[max(0, y - top) :, max(0, x - left) :]
                inside = pixels[max(0, top - y) :, max(0, left - x) :][: target.shape[0], : target.shape[1]]
                target[: inside.shape[0], : inside.shape[1]] = inside
            return image_of(whole, found[0][2])

    @cached_property
    def sparse(self) -> np.ndarray:
        """(N, 1) or (N, 1, 3): some pixels of some tiles or strips, evenly spread over the page."""
        numbers = self._grid.spread(LOOKS)
        images = [self.cut(self._inside(self._grid.segment(number).box)) for number in numbers]
        few = [np.atleast_3d(image.sparse) for image in images]
        channels = max(each.shape[2] for each in few)
        pixels = [np.broadcast_to(each, (*each.shape[:2], channels)).reshape(-1, 1, channels) for each in few]
        return np.concatenate(pixels)

    def _inside(self, box: Box) -> Box:
        left, top, width, height = box
        return left, top, min(width, self.width - left), min(height, self.height - top)

    def _segment(self, number: int) -> tuple[np.ndarray, int]:
        """Pixels (H, W, C) and bits per channel of a tile or strip, which is kept for a while."""
        if number not in self._kept:
            segment = self._grid.segment(number)
            pixels, depth = self._decode(_as_file(self._page, segment)) if segment.size else self._blank(segment)
            self._kept[number] = np.atleast_3d(pixels), depth
        self._kept.move_to_end(number)
        return self._kept[number]

    def _blank(self, segment: Segment) -> tuple[np.ndarray, int]:
        """Of what is not stored all samples are 0, as other readers have it."""
        dtype = np.dtype(self._page.dtype)
        _, _, width, height = segment.box
        return np.zeros((height, width, 1), dtype), 8 * dtype.itemsize

    def _forget_but(self, numbers: list[int]) -> None:
        """The longest unused ones go, but those that were just used: of wide strips they may be many."""
        size = sum(pixels.nbytes for pixels, _ in self._kept.values())
        while size > KEPT_BYTES and len(self._kept) > len(numbers):
            size -= self._kept.popitem(last=False)[1][0].nbytes


class _Grid:
    """The tiles or strips of a page, row by row."""

    def __init__(self, page: Any) -> None:
        if page.planarconfig == SEPARATE and page.samplesperpixel > 1:
            raise Unreadable("one_piece", width=page.imagewidth, height=page.imagelength)
        if int(page.tags.valueof(TAG, 1)) not in (0, 1):
            raise Unreadable("unsupported", what=f"TIFF, orientation {page.tags.valueof(TAG)}")
        self._page = page
        self.width, self.height = int(page.imagewidth), int(page.imagelength)
        self._row_bytes = 0
        if page.is_tiled:
            self._size = int(page.tilewidth), int(page.tilelength)
        elif page.is_contiguous:
            self._size = self.width, max(1, BAND // self.width)
            self._row_bytes = int(page.nbytes) // self.height
        else:
            self._size = self.width, min(int(page.rowsperstrip), self.height)
        if min(self._size) <= 0 or self._size[0] * self._size[1] > MOST_SEGMENT:
            raise Unreadable("one_piece", width=self.width, height=self.height)
        self.columns, self.rows = -(-self.width // self._size[0]), -(-self.height // self._size[1])
        if not self._row_bytes and min(len(page.dataoffsets), len(page.databytecounts)) < self.columns * self.rows:
            raise Unreadable("damaged")

    def segment(self, number: int) -> Segment:
        row, column = divmod(number, self.columns)
        width, height = self._size
        left, top = column * width, row * height
        if not self._page.is_tiled:
            height = min(height, self.height - top)
        if self._row_bytes:
            offset, size = self._page.dataoffsets[0] + top * self._row_bytes, height * self._row_bytes
        else:
            offset, size = self._page.dataoffsets[number], self._page.databytecounts[number]
        if size > MOST_SEGMENT_BYTES:
            raise Unreadable("damaged")
        return Segment((left, top, width, height), offset, size if offset else 0)

    def touched(self, box: Box) -> Iterator[int]:
        """The numbers of those that a rectangle lies in."""
        left, top, width, height = box
        for row in range(top // self._size[1], (top + height - 1) // self._size[1] + 1):
            for column in range(left // self._size[0], (left + width - 1) // self._size[0] + 1):
                yield row * self.columns + column

    def spread(self, number: int) -> list[int]:
        """At most so many in either direction, evenly spread."""
        rows, columns = (np.linspace(0, n - 1, min(n, number)).astype(int) for n in (self.rows, self.columns))
        return [int(row * self.columns + column) for row in rows for column in columns]


def _as_file(page: Any, segment: Segment) -> bytes:
    """A TIFF file of one strip that holds a tile or strip of a page."""
    order = page.parent.byteorder
    file = page.parent.filehandle
    _, _, width, height = segment.box
    entries = {tag.code: (int(tag.dtype), tag.count, _raw(tag, file)) for tag in page.tags if tag.code in COPIED}
    facts = {WIDTH: width, LENGTH: height, ROWS_PER_STRIP: height, BYTE_COUNTS: segment.size}
    entries |= {code: (LONG, 1, struct.pack(order + "I", value)) for code, value in facts.items()}
    place = 8 + 2 + 12 * (len(entries) + 1) + 4  # behind the header and the directory
    start = place + sum(_stored_size(value) for _, _, value in entries.values())
    entries[OFFSETS] = LONG, 1, struct.pack(order + "I", start)
    directory, values = struct.pack(order + "H", len(entries)), b""
    for code, (kind, count, value) in sorted(entries.items()):
        field = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(order + "I", place + len(values))
        directory += struct.pack(order + "HHI", code, kind, count) + field
        values += value.ljust(_stored_size(value), b"\0") if len(value) > 4 else b""
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    file.seek(segment.offset)
    return header + directory + bytes(4) + values + file.read(segment.size)


def _stored_size(value: bytes) -> int:
    """Bytes outside of the directory, where values begin at even places."""
    return 0 if len(value) <= 4 else len(value) + len(value) % 2


def _raw(tag: Any, file: Any) -> bytes:
    file.seek(tag.valueoffset)
    return file.read(tag.valuebytecount)
