"""Masks of Pascal VOC: PNG files whose palette numbers say the class (SegmentationClass) or the object
(SegmentationObject) of each pixel, 255 where neither is said (Everingham et al. 2010, section 3.2 of the devkit)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from studio.importing.gather import Listing
from studio.importing.layouts.layout import read_text, unreadable
from studio.importing.marks import NumberMark
from studio.importing.numbered import Numbered, read_numbers
from studio.importing.source import Problem
from studio.text import tr

CLASSES, OBJECTS = "SegmentationClass", "SegmentationObject"
LABEL_MAP = "labelmap.txt"
"""NAME:RED,GREEN,BLUE:PARTS:ACTIONS, as CVAT writes it."""
NAMES = "class_names.txt"
"""A name a line, the first for what is ignored, the second for the background, as labelme writes it."""
STANDARD = (
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog"),
    *("horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"),
)
"""Classes 1 to 20 of the challenge."""
BACKGROUND, VOID = 0, 255
MOST_CLASSES = 64
"""In one image; photos have more values than masks."""


class Names(NamedTuple):
    """What classes are called: by the color that they are painted in, or by number."""

    by_color: Mapping[tuple[int, int, int], str]
    by_number: Mapping[int, str]

    def of(self, number: int, color: tuple[int, int, int]) -> str:
        return self.by_color.get(color) or self.by_number.get(number) or str(number)


def painted(listing: Listing) -> dict[str, dict[str, Path]]:
    """The masks by the names of their images, and by the folder that they lie in."""
    found: dict[str, dict[str, Path]] = {}
    for path in listing.with_suffix(".png"):
        if path.parent.name in (CLASSES, OBJECTS):
            found.setdefault(path.stem, {})[path.parent.name] = path
    return found


def class_names(listing: Listing, told: Sequence[str]) -> tuple[Names, list[Problem]]:
    """As a file of them says, else those of the challenge, unless annotations have told of others."""
    problems: list[Problem] = []
    colors: dict[tuple[int, int, int], str] = {}
    numbers: dict[int, str] = {}
    for path in listing.with_suffix(".txt"):
        if path.name not in (LABEL_MAP, NAMES):
            continue
        try:
            lines = read_text(path).splitlines()
            if path.name == LABEL_MAP:
                colors |= dict(_label_map(lines))
            else:
                numbers |= {number: line.strip() for number, line in enumerate(lines, -1) if line.strip()}
        except (OSError, ValueError) as error:
            problems.append(unreadable(path, error))
    if not colors and not numbers and set(told) <= set(STANDARD):
        numbers = dict(enumerate(STANDARD, 1))
    return Names(colors, numbers), problems


def _label_map(lines: Sequence[str]) -> Iterator[tuple[tuple[int, int, int], str]]:
    """Raises `ValueError`."""
    for line in lines:
        if line.strip() and not line.startswith("#"):
            name, color = line.split(":")[:2]
            red, green, blue = map(int, color.split(","))
            yield (red, green, blue), name


def masks_of(painted: Mapping[str, Path], names: Names, objects: Sequence[str]) -> Iterator[NumberMark | Problem]:
    """A mark for each object of an image, or, where these are not told apart, for each class.

    objects: the classes of the objects that its annotation lists, in order: the same as in the mask of objects. Raises
    `Unreadable` and `OSError`.
    """
    classes = read_numbers(painted[CLASSES]) if CLASSES in painted else None
    if OBJECTS not in painted:
        assert classes is not None
        yield from _marks(painted[CLASSES], classes, {n: names.of(n, classes.color(n)) for n in _used(classes)})
        return
    numbers = read_numbers(painted[OBJECTS])
    used = _used(numbers)
    if classes is not None and classes.values.shape == numbers.values.shape:
        called = {number: _class_of(numbers.values == number, classes, names) for number in used}
    else:
        called = {number: objects[number - 1] if number <= len(objects) else "" for number in used}
    yield from _marks(painted[OBJECTS], numbers, called)


def _marks(path: Path, numbers: Numbered, called: Mapping[int, str]) -> Iterator[NumberMark | Problem]:
    if len(called) > MOST_CLASSES:
        yield Problem(str(path), tr("It has too many values for a mask of classes: it was left alone."))
        return
    yield from (NumberMark(path, number, name) for number, name in called.items())


def _used(numbers: Numbered) -> list[int]:
    """The numbers that stand for something, in order."""
    counts = np.bincount(numbers.values.ravel(), minlength=256)
    return [int(n) for n in np.flatnonzero(counts) if n not in (BACKGROUND, VOID)]


def _class_of(inside: np.ndarray, classes: Numbered, names: Names) -> str:
    """What most pixels of an object are."""
    counts = np.bincount(classes.values[inside], minlength=256)
    counts[[BACKGROUND, VOID]] = 0
    number = int(counts.argmax())
    return names.of(number, classes.color(number)) if counts[number] else ""
