"""YOLO: a text file for each image, a line for each object: its class's number, and a box or polygon (Ultralytics)."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from studio.importing.gather import Listing
from studio.importing.layouts.layout import (
    SPLITS,
    Layout,
    labeled_by_marks,
    read_text,
    split_of,
    unreadable,
)
from studio.importing.marks import BoxMark, Mark, PolygonMark, is_sound
from studio.importing.source import Problem, SourceFile
from studio.text import tr

NAMES = ("classes.txt", "obj.names", "classes.names", "_darknet.labels")
TRIED = 20
"""Files of labels that are looked into to recognize the layout."""
SLACK = 1e-3
"""How far out of the image rounding takes the edge of a box."""


def recognize(listing: Listing) -> bool:
    """Names of the classes, or folders called labels, and lines of numbers in files called like images."""
    texts = _texts(listing)
    has_labels = any("labels" in place.parts for place in listing.places)
    if not texts or not (has_labels or _names_files(listing)):
        return False
    stems = {path.stem for path in listing.images}
    return any(map(_is_labels, islice((path for path in texts if path.stem in stems), TRIED)))


def read(listing: Listing) -> Iterator[SourceFile | Problem]:
    """Boxes and polygons are regions; the class of an image is that of what is marked in it, if it is one."""
    names, sides, problems = _described(listing)
    yield from problems
    texts = {path.with_suffix(""): path for path in _texts(listing)}
    for path in (path for path in listing.files if path in listing.images):
        text = next((texts[key] for key in _keys(path) if key in texts), None)
        marks: list[Mark] = []
        for found in _marks(text, names) if text else ():
            if isinstance(found, Problem):
                yield found
            else:
                marks.append(found)
        label, fields = labeled_by_marks(marks)
        yield SourceFile(path, label, fields, split=_side(path, sides, listing), marks=tuple(marks))


def _texts(listing: Listing) -> list[Path]:
    return [path for path in listing.with_suffix(".txt") if path.name not in NAMES]


def _names_files(listing: Listing) -> list[Path]:
    return [path for path in listing.files if path.name in NAMES or path.suffix.lower() in (".yaml", ".yml")]


def _keys(image: Path) -> Iterator[Path]:
    """Where the labels of an image may lie, without suffix: in a folder labels in place of images, or beside it."""
    parts = image.with_suffix("").parts
    for number in reversed(range(len(parts) - 1)):
        if parts[number] == "images":
            yield Path(*parts[:number], "labels", *parts[number + 1 :])
    yield Path(*parts)


def _is_labels(path: Path) -> bool:
    try:
        lines = read_text(path).split("\n")
    except (OSError, ValueError):
        return False
    rows = [line.split() for line in lines if line.strip()]
    return bool(rows) and all(len(row) >= 5 and row[0].isdecimal() and _numbers(row[1:]) for row in rows)


def _numbers(words: list[str]) -> tuple[float, ...] | None:
    try:
        return tuple(map(float, words))
    except ValueError:
        return None


def _described(listing: Listing) -> tuple[dict[int, str], dict[Path, str], list[Problem]]:
    """Names by the numbers of classes, sides of the split by folder or file, and what could not be read of them."""
    names: dict[int, str] = {}
    sides: dict[Path, str] = {}
    problems: list[Problem] = []
    for path in _names_files(listing):
        try:
            text = read_text(path)
            if path.name in NAMES:
                names |= dict(enumerate(line.strip() for line in text.splitlines() if line.strip()))
            else:
                described = _parsed(text)
                names |= _names(described.get("names"))
                sides |= _sides(described, path.parent, listing)
        except (OSError, ValueError) as error:
            problems.append(unreadable(path, error))
    return names, sides, problems


def _parsed(text: str) -> dict[str, Any]:
    """What a YAML file says, built of plain values only. Raises `ValueError`."""
    import yaml

    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(tr("it is no valid YAML")) from error
    return content if isinstance(content, dict) else {}


def _names(described: Any) -> dict[int, str]:
    pairs = (
        enumerate(described)
        if isinstance(described, list)
        else described.items()
        if isinstance(described, dict)
        else ()
    )
    return {int(number): str(name) for number, name in pairs if str(number).isdecimal() and isinstance(name, str | int)}


def _sides(described: dict[str, Any], folder: Path, listing: Listing) -> dict[Path, str]:
    """Folders, and images that lists name, by the entries train, val and test; what is not among the files is left."""
    base = folder / str(described.get("path") or "")
    known = {path: path for path in listing.files}
    found: dict[Path, str] = {}
    for key, side in SPLITS.items():
        entries = described.get(key) or []
        for entry in entries if isinstance(entries, list) else [entries]:
            for place in (folder / str(entry), base / str(entry)):
                found[place] = side
                if place.suffix == ".txt" and place in known:
                    found |= {
                        place.parent / line.strip(): side for line in read_text(place).splitlines() if line.strip()
                    }
    return found


def _side(path: Path, sides: dict[Path, str], listing: Listing) -> str | None:
    """What the list or the nearest folder says."""
    for place in (path, *path.parents):
        if place in sides:
            return sides[place]
    root = next((folder for folder in listing.folders if path.is_relative_to(folder)), path.parent)
    return split_of(path, root)


def _marks(path: Path, names: dict[int, str]) -> Iterator[Mark | Problem]:
    try:
        lines = read_text(path).split("\n")
    except (OSError, ValueError) as error:
        yield unreadable(path, error)
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _mark(line.split(), names)
            except ValueError as error:
                yield Problem(tr("{file}: line {n}", file=path, n=number), str(error))


def _mark(words: list[str], names: dict[int, str]) -> Mark:
    """Class, then center and size of a box (and perhaps how sure the detector was), or the corners of a polygon.

    All are shares of the image's width and height. Raises `ValueError` with a sentence.
    """
    numbers = _numbers(words[1:])
    if not words[0].isdecimal() or numbers is None or len(numbers) < 4 or not is_sound(numbers):
        raise ValueError(tr("This is not the number of a class and at least four numbers."))
    if names and int(words[0]) not in names:
        raise ValueError(tr("There is no class with the number {number}.", number=words[0]))
    name = names.get(int(words[0]), words[0])
    if len(numbers) >= 6 and len(numbers) % 2 == 0:
        corners = numbers
    elif len(numbers) <= 5:
        x, y, width, height = numbers[:4]
        if width <= 0 or height <= 0:
            raise ValueError(tr("The box is empty or turned inside out."))
        corners = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    else:
        raise ValueError(tr("The corners of the polygon are not pairs of numbers."))
    if not all(-SLACK <= corner <= 1 + SLACK for corner in corners):
        raise ValueError(tr("It reaches out of the image: its numbers should lie between 0 and 1."))
    if len(corners) == 4 and len(numbers) <= 5:
        return BoxMark((corners[0], corners[1], numbers[2], numbers[3]), name, relative=True)
    return PolygonMark((tuple(corners),), name, relative=True)


LAYOUT = Layout(
    name="yolo",
    title="YOLO",
    summary="A text file of boxes or polygons for each image, and data.yaml or classes.txt.",
    recognize=recognize,
    read=read,
)
