"""Hugging Face imagefolder: metadata.csv or metadata.jsonl names files below its own folder, with columns on them."""

from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from studio.errors import UserError
from studio.importing.gather import Listing
from studio.importing.layouts import folders
from studio.importing.layouts.layout import Layout, labeled_by_marks, split_of, unreadable
from studio.importing.marks import BoxMark, is_sound
from studio.importing.source import Problem, SourceFile
from studio.labeling.table import TableRow, read_rows
from studio.text import tr

NAMES = ("metadata.csv", "metadata.jsonl")
BOXES = "objects"
"""The column of boxes, as an object with the lists bbox and categories (Hugging Face, object detection)."""


def recognize(listing: Listing) -> bool:
    return bool(_tables(listing))


def read(listing: Listing) -> Iterator[SourceFile | Problem]:
    """Columns become class and fields; without a column of classes, these are the folders."""
    described: dict[Path, SourceFile] = {}
    for table in _tables(listing):
        try:
            rows = read_rows(table)
        except (UserError, OSError) as error:
            yield unreadable(table, error)
            continue
        yield from (Problem(_place(table, number), what) for number, what in rows.problems)
        for row in rows.rows:
            path = table.parent / row.file
            if path in listing.images and path not in described:
                described[path] = yield from _described(path, table, row)
            else:
                what = tr("“{name}” is named again.") if path in described else tr("There is no image “{name}”.")
                yield Problem(_place(table, row.number), what.format(name=row.file))
    for file in folders.read(listing):
        if file.path in described:
            own = described[file.path]
            yield msgspec.structs.replace(own, label=own.label or file.label, split=own.split or file.split)
        elif file.path.name not in NAMES:
            yield file


def _tables(listing: Listing) -> list[Path]:
    return [path for path in listing.files if path.name in NAMES]


class Objects(msgspec.Struct, frozen=True):
    """Boxes as left, top, width and height in pixels, and the class of each."""

    bbox: list[tuple[float, float, float, float]]
    categories: list[str | int] = []


def _described(path: Path, table: Path, row: TableRow) -> Generator[Problem, None, SourceFile]:
    fields = dict(row.fields)
    marks: list[BoxMark] = []
    if BOXES in fields:
        try:
            marks = _marks(msgspec.json.decode(fields.pop(BOXES), type=Objects, strict=False))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            yield Problem(_place(table, row.number), tr("The boxes cannot be read: {reason}.", reason=error))
    label, named = labeled_by_marks(marks)
    return SourceFile(path, row.label or label, fields | named, split=split_of(path, table.parent), marks=tuple(marks))


def _marks(objects: Objects) -> list[BoxMark]:
    if objects.categories and len(objects.categories) != len(objects.bbox):
        raise ValueError(tr("there are {n} boxes and other numbers of classes", n=len(objects.bbox)))
    names = objects.categories or [""] * len(objects.bbox)
    if not all(is_sound(box) and min(box[2:]) > 0 for box in objects.bbox):
        raise ValueError(tr("a box is empty or no box"))
    return [BoxMark(box, str(name)) for box, name in zip(objects.bbox, names, strict=True)]


def _place(table: Path, number: int) -> str:
    return tr("{file}: row {n}", file=table, n=number)


LAYOUT = Layout(
    name="imagefolder",
    title="Hugging Face imagefolder",
    summary="metadata.csv or metadata.jsonl with the column file_name, in folders train, validation and test.",
    recognize=recognize,
    read=read,
)
