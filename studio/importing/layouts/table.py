"""A table that names files, and their classes and fields in further columns."""

from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from studio import tables
from studio.errors import UserError
from studio.importing.gather import Listing
from studio.importing.layouts import folders
from studio.importing.layouts.layout import SPLITS, Layout
from studio.importing.source import Problem, SourceFile
from studio.labeling.table import FileNames, TableRow, read_rows
from studio.text import tr

MOST_TABLES = 20
"""Tables that are looked into; where there are more, each is about one image."""
SPLIT_COLUMNS = ("split", "subset", "partition", "set")


def recognize(listing: Listing) -> bool:
    return best_table(listing) is not None


def read(listing: Listing) -> Iterator[SourceFile | Problem]:
    table = best_table(listing)
    if table is None:
        raise UserError(tr("There is no table here whose rows name the images."))
    yield from read_with(table, listing)


def read_with(table: Path, listing: Listing) -> Iterator[SourceFile | Problem]:
    """The images with what the table says of them; where it names no classes, they are those of the folders.

    A table without any images beside it brings in the files that it names. Raises `UserError`.
    """
    read = read_rows(table)
    yield from (Problem(_place(table, number), what) for number, what in read.problems)
    rows = yield from _distinct(table, read.rows)
    if not listing.images:
        yield from _named_files(table, rows)
        return
    matches = FileNames(listing.images).match(row.file for row in rows)
    unknown = set(matches.unmatched)
    by_path: dict[Path, TableRow] = {}
    for row in rows:
        path = matches.found.get(row.file)
        if path is None:
            yield Problem(_place(table, row.number), _missing(row.file) if row.file in unknown else _several(row.file))
        elif path in by_path:
            yield Problem(_place(table, row.number), _again(row.file))
        else:
            by_path[path] = row
    names_classes = any(row.label for row in rows)
    for file in folders.read(listing):
        if file.path == table:
            continue
        plain = msgspec.structs.replace(file, label=None) if names_classes else file
        yield _described(plain, by_path[file.path]) if file.path in by_path else plain


def best_table(listing: Listing) -> Path | None:
    """The table of whose rows the most name images, at least half of them; one that was given itself goes first."""
    found = listing.with_suffix(*tables.SUFFIXES)
    if len(found) > MOST_TABLES:
        return None
    for path in (path for path in found if path in listing.single):
        return path
    shares = {path: _share(path, listing) for path in found}
    best = max(found, key=lambda path: shares[path], default=None)
    return best if best is not None and shares[best] >= 0.5 else None


def _share(path: Path, listing: Listing) -> float:
    try:
        names = {row.file for row in read_rows(path).rows}
    except (UserError, OSError):
        return 0.0
    return len(FileNames(listing.images).match(names).found) / len(names) if names else 0.0


def _distinct(table: Path, rows: list[TableRow]) -> Generator[Problem, None, list[TableRow]]:
    """The first row of each file; those that repeat or contradict it are problems."""
    first: dict[str, TableRow] = {}
    for row in rows:
        known = first.setdefault(row.file, row)
        if known.label != row.label:
            what = tr("“{name}” is named again, with another class: the first row counts.", name=row.file)
            yield Problem(_place(table, row.number), what)
        elif known is not row:
            yield Problem(_place(table, row.number), _again(row.file))
    return list(first.values())


def _named_files(table: Path, rows: list[TableRow]) -> Iterator[SourceFile | Problem]:
    for row in rows:
        path = table.parent / row.file.replace("\\", "/")
        if path.is_file():
            yield _described(SourceFile(path), row)
        else:
            yield Problem(_place(table, row.number), _missing(row.file))


def _described(file: SourceFile, row: TableRow) -> SourceFile:
    fields = dict(row.fields)
    side = next((fields.pop(name) for name in list(fields) if name.casefold() in SPLIT_COLUMNS), "")
    return msgspec.structs.replace(
        file,
        label=row.label or file.label,
        by_folder=file.by_folder and not row.label,
        fields=file.fields | fields,
        split=SPLITS.get(side.casefold(), file.split),
    )


def _place(table: Path, number: int) -> str:
    return tr("{file}: row {n}", file=table, n=number)


def _missing(name: str) -> str:
    return tr("There is no image “{name}”.", name=name)


def _several(name: str) -> str:
    return tr("There are several images “{name}”: give their folders too.", name=name)


def _again(name: str) -> str:
    return tr("“{name}” is named again.", name=name)


LAYOUT = Layout(
    name="table",
    title="Table of files",
    summary="A CSV, Excel or JSON lines table with the columns file and label.",
    recognize=recognize,
    read=read,
)
