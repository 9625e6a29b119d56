"""What the layouts have in common: how each is told from the others and read, and what several of them need."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from studio.errors import UserError, explain
from studio.importing.gather import Listing
from studio.importing.marks import Mark
from studio.importing.source import Problem, SourceFile
from studio.text import tr

MOST_TEXT = 64 << 20
"""Bytes of an annotation file about one image, or of a list of names; more is a mistake or malice."""
SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""Sides of a split by the names of folders and files."""
OBJECTS = "objects"
"""The field that names what is marked in an image of several classes."""


class Layout(NamedTuple):
    """A way of laying out images and what is known of them. Title and summary are translated where they are shown.

    recognize: whether files are laid out like this; it may look into a few. read: the images, and what does not fit.
    """

    name: str
    title: str
    summary: str
    recognize: Callable[[Listing], bool]
    read: Callable[[Listing], Iterable[SourceFile | Problem]]


def split_named(name: str) -> str | None:
    """The side that a folder's name, or the words of a file's name, stand for: "val2017" is "validation"."""
    words = re.findall(r"[a-z]+", name.casefold())
    return next((SPLITS[word] for word in words if word in SPLITS), None)


def split_of(path: Path, root: Path) -> str | None:
    """The side that a folder of a file below `root`, or `root` itself, is named after."""
    folders = [root.name, *path.relative_to(root).parts[:-1]] if path.is_relative_to(root) else []
    return next((SPLITS[name.casefold()] for name in reversed(folders) if name.casefold() in SPLITS), None)


def labeled_by_marks(marks: Iterable[Mark]) -> tuple[str | None, dict[str, str]]:
    """The class of an image, if all that is marked in it is of one, else a field that names them all."""
    names = sorted({mark.name for mark in marks} - {""})
    if len(names) > 1:
        return None, {OBJECTS: ", ".join(names)}
    return (names[0] if names else None), {}


def read_text(path: Path) -> str:
    """A small text file in UTF-8. Raises `ValueError` when it is neither, and `OSError`."""
    if path.stat().st_size > MOST_TEXT:
        raise ValueError("it is too long")
    return path.read_text(encoding="utf-8-sig")


def unreadable(path: Path, error: Exception) -> Problem:
    """A file of annotations that could not be read at all."""
    sentence = explain(error) if isinstance(error, OSError | UserError) else None
    return Problem(str(path), sentence or tr("It could not be read: {reason}.", reason=error))


def below(path: Path, bases: Iterable[Path]) -> Path | None:
    """The innermost of `bases` in which a file lies."""
    known = set(bases)
    return next((parent for parent in path.parents if parent in known), None)


def unmentioned(listing: Listing, mentioned: set[Path]) -> Iterator[SourceFile]:
    """Images that annotations do not speak of: they come in without a class."""
    for path in listing.files:
        if path not in mentioned and path in listing.images:
            yield SourceFile(path)
