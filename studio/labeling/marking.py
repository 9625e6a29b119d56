"""Marking an image: boxes, and masks that are brushed, erased and filled, each of them a region in the end."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from studio.project.regions import Region, mask_of

Point = tuple[float, float]
"""Column and row in pixels of the image, with fractions."""
MARGIN = 256
"""Pixels by which a mask grows at least when something is drawn beyond it, so that strokes seldom make it grow."""


class Rect(NamedTuple):
    """Whole pixels of an image: right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    def united(self, other: "Rect") -> "Rect":
        return Rect(*map(min, self[:2], other[:2]), *map(max, self[2:], other[2:]))

    def grown(self, by: int) -> "Rect":
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def within(self, other: "Rect") -> "Rect":
        """The part inside `other`; nothing is left of one outside."""
        left, top = (min(max(own, low), high) for own, low, high in zip(self[:2], other[:2], other[2:], strict=True))
        return Rect(left, top, min(max(self.right, left), other.right), min(max(self.bottom, top), other.bottom))


class Mark:
    """One region as it is being drawn: a box, or a mask that covers part of the image."""

    def __init__(self, name: str, region: Region | None = None) -> None:
        self.name = name
        self.place = Rect(0, 0, 0, 0)
        """The part of the image that `mask` covers, or that a box touches."""
        self.mask: np.ndarray | None = np.zeros((0, 0), np.uint8)
        """uint8 (H, W), 255 where something is marked; None for a box."""
        self._region = region
        if region is not None:
            self._take(region)

    @property
    def region(self) -> Region | None:
        """The region that the project keeps; None for a mask in which nothing is left."""
        if self._region is None and self.mask is not None and self.mask.size:
            found = Region.from_mask(self.mask)
            if found is not None:
                left, top = self.place.left + found.left, self.place.top + found.top
                self._region = Region(left, top, found.width, found.height, self.name, found.mask)
        return self._region

    def rename(self, name: str) -> None:
        self.name = name
        if self._region is not None:
            old = self._region
            self._region = Region(old.left, old.top, old.width, old.height, name, old.mask)

    def stroke(self, start: Point, end: Point, diameter: int, value: int, bounds: Rect) -> Rect:
        """Draw a round brush from one point to another with 255, or with 0 to erase; returns what was touched."""
        import cv2

        touched = _around((start, end), diameter).within(bounds)
        if value:
            self._cover(touched, bounds)
        else:
            touched = touched.within(self.place)
        if self.mask is not None and self.mask.size:
            cv2.line(self.mask, self._inside(start), self._inside(end), value, max(1, diameter))
            self._region = None
        return touched

    def fill(self, points: Sequence[Point], bounds: Rect) -> Rect:
        """Mark the inside of a polygon; returns what was touched."""
        import cv2

        touched = _around(points, 1).within(bounds)
        self._cover(touched, bounds)
        assert self.mask is not None
        cv2.fillPoly(self.mask, [np.array([self._inside(point) for point in points], np.int32)], 255)
        self._region = None
        return touched

    def holds(self, point: Point) -> bool:
        """Whether a point is marked."""
        column, row = math.floor(point[0]), math.floor(point[1])
        if not (self.place.left <= column < self.place.right and self.place.top <= row < self.place.bottom):
            return False
        return self.mask is None or bool(self.mask[row - self.place.top, column - self.place.left])

    def _take(self, region: Region) -> None:
        left, top = math.floor(region.left), math.floor(region.top)
        right, bottom = math.ceil(region.left + region.width), math.ceil(region.top + region.height)
        self.place = Rect(left, top, right, bottom)
        moved = Region(region.left - left, region.top - top, region.width, region.height, "", region.mask)
        self.mask = None if region.mask is None else mask_of([moved], bottom - top, right - left)

    def _inside(self, point: Point) -> tuple[int, int]:
        """The pixel of the mask that a point lies in."""
        return math.floor(point[0]) - self.place.left, math.floor(point[1]) - self.place.top

    def _cover(self, rect: Rect, bounds: Rect) -> None:
        """Make the mask large enough for a part of the image."""
        assert self.mask is not None
        before = self.place
        wanted = before.united(rect) if self.mask.size else rect
        if wanted == before:
            return
        self.place = wanted.grown(MARGIN).within(bounds)
        larger = np.zeros((self.place.bottom - self.place.top, self.place.right - self.place.left), np.uint8)
        top, left = before.top - self.place.top, before.left - self.place.left
        if self.mask.size:
            larger[top : top + self.mask.shape[0], left : left + self.mask.shape[1]] = self.mask
        self.mask = larger


class Marking:
    """What is marked in one image of a size, and what drawing does to it. Later marks lie above earlier ones."""

    def __init__(self, width: int, height: int, regions: Iterable[Region] = ()) -> None:
        self.bounds = Rect(0, 0, width, height)
        self.marks = [Mark(region.name, region) for region in regions]

    @property
    def regions(self) -> tuple[Region, ...]:
        """What the project keeps; masks in which nothing is left are gone."""
        return tuple(region for mark in self.marks if (region := mark.region) is not None)

    def begin_mask(self, name: str) -> Mark:
        """A new mark to be brushed or filled."""
        self.marks.append(Mark(name))
        return self.marks[-1]

    def add_box(self, start: Point, end: Point, name: str) -> Mark | None:
        """Mark a box between two corners, as far as it lies in the image; None when nothing of it does."""
        left, right = sorted(min(max(point[0], 0), self.bounds.right) for point in (start, end))
        top, bottom = sorted(min(max(point[1], 0), self.bounds.bottom) for point in (start, end))
        if right - left < 1 or bottom - top < 1:
            return None
        self.marks.append(Mark(name, Region(left, top, right - left, bottom - top, name)))
        return self.marks[-1]

    def erase(self, start: Point, end: Point, diameter: int) -> Rect:
        """Erase from all masks along a line; boxes stay. Returns what was touched."""
        touched = _around((start, end), diameter).within(self.bounds)
        for mark in self.marks:
            if mark.mask is not None and _meet(mark.place, touched):
                mark.stroke(start, end, diameter, 0, self.bounds)
        return touched

    def mark_at(self, point: Point) -> Mark | None:
        """The topmost mark that holds a point."""
        return next((mark for mark in reversed(self.marks) if mark.holds(point)), None)

    def drop_empty(self) -> None:
        """Forget masks in which nothing is left."""
        self.marks = [mark for mark in self.marks if mark.region is not None]


def _around(points: Sequence[Point], diameter: int) -> Rect:
    """The pixels that a brush touches on its way along some points."""
    columns, rows = [point[0] for point in points], [point[1] for point in points]
    reach = diameter // 2 + 1
    return Rect(
        math.floor(min(columns)), math.floor(min(rows)), math.floor(max(columns)) + 1, math.floor(max(rows)) + 1
    ).grown(reach)


def _meet(one: Rect, other: Rect) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
