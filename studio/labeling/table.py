"""Tables that say something of files: their class, and what other columns are called after."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

import msgspec

from models.events import Task, finish
from studio import tables
from studio.errors import UserError
from studio.text import tr

FILE_COLUMNS = ("file", "filename", "file_name", "path", "image", "name", "image_path", "filepath", "image_id", "id")
LABEL_COLUMNS = ("label", "class", "class_name", "category", "target")
TRIED = 100
"""Rows that are looked into to find the column of the files where none is called so."""


Named = TypeVar("Named", Path, str)


class TableRow(msgspec.Struct, frozen=True):
    """A file as the table writes it, its class, which may be empty, and what the other columns say, by their names.

    number: of the row in a spreadsheet, or of the line in the file.
    """

    number: int
    file: str
    label: str
    fields: dict[str, str]


class Rows(msgspec.Struct, frozen=True):
    """The rows that name a file, and by number, in a sentence, what is wrong with the others."""

    rows: list[TableRow]
    problems: list[tuple[int, str]]


class Matches(msgspec.Struct, Generic[Named], frozen=True):
    """The paths of files that a table names, and those of its names that no path has or several have."""

    found: dict[str, Named]
    unmatched: list[str]
    ambiguous: list[str]


class _Columns(msgspec.Struct, frozen=True):
    file: int
    label: int | None
    names: list[str]


def read_table(path: Path) -> Task[list[TableRow]]:
    """The rows of a table that name a file and a class, as `read_rows`. Yields `Progress`."""
    rows = yield from reading_rows(path)
    return [row for row in rows.rows if row.label]


def read_rows(path: Path) -> Rows:
    """The rows of a table, as `studio.tables` reads it, that name a file.

    The first row may name the columns, one of the files (`FILE_COLUMNS`) and one of the classes (`LABEL_COLUMNS`);
    where it does not, the column of files is the one with names of images, and the classes are in the first other one.
    Raises `UserError`, also when no column names files.
    """
    return finish(reading_rows(path))


def reading_rows(path: Path) -> Task[Rows]:
    """`read_rows` as a task, which yields `Progress`."""
    table = yield from tables.reading(path)
    named = _named(table)
    columns = named or _guessed(table)
    if columns is None:
        raise UserError(tr("“{name}” needs a first row with the columns “file” and “label”.", name=path.name))
    rows = [_row(row, columns) for row in table.rows[named is not None :]]
    nameless = [(row.number, tr("It names no file.")) for row in rows if not row.file]
    return Rows([row for row in rows if row.file], sorted([*table.problems, *nameless]))


class FileNames(Generic[Named]):
    """The names under which files may stand in a table: a whole path, the end of one, a file's name alone, also without
    its suffix.

    The paths are of files; where there are very many, texts with slashes are faster.
    """

    def __init__(self, paths: Iterable[Named]) -> None:
        self._by_name: dict[str, list[tuple[str, str, Named]]] = defaultdict(list)
        for path in paths:
            folder, _, name = _slashed(path).rpartition("/")
            for called in {name, _stem(name)}:
                self._by_name[called].append((folder, name, path))

    def match(self, names: Iterable[str]) -> Matches[Named]:
        """Which of the files each name means."""
        matches: Matches[Named] = Matches({}, [], [])
        for asked in names:
            fitting = self._fitting(asked)
            if len(fitting) == 1:
                matches.found[asked] = fitting[0]
            else:
                (matches.ambiguous if fitting else matches.unmatched).append(asked)
        return matches

    def _fitting(self, asked: str) -> list[Named]:
        above, _, last = "/".join(part for part in _slashed(asked).split("/") if part != ".").rpartition("/")
        fitting = [each for each in self._by_name.get(last, ()) if not above or f"/{each[0]}".endswith(f"/{above}")]
        if len(fitting) > 1:
            fitting = [each for each in fitting if each[1] == last] or fitting
        return [path for _, _, path in fitting]


def _slashed(path: Path | str) -> str:
    return str(path).replace("\\", "/")


def _stem(name: str) -> str:
    """A file's name without its suffix."""
    stem, _, _ = name.rpartition(".")
    return stem or name


def _named(table: tables.Table) -> _Columns | None:
    """The columns as the first row names them."""
    if not table.rows:
        return None
    names = table.rows[0].cells
    places = {name.casefold(): place for place, name in reversed(list(enumerate(names)))}
    file = next((places[name] for name in FILE_COLUMNS if name in places), None)
    label = next((places[name] for name in LABEL_COLUMNS if name in places), None)
    return None if file is None else _Columns(file, label, names)


def _guessed(table: tables.Table) -> _Columns | None:
    """The columns of a table without names: one in which most rows name an image, and the one beside it."""
    from studio.importing.gather import IMAGE_SUFFIXES

    tried = [row.cells for row in table.rows[:TRIED]]
    width = max(map(len, tried), default=0)
    for place in range(width):
        cells = [cells[place] for cells in tried if place < len(cells)]
        if 2 * sum(PurePosixPath(cell).suffix.lower() in IMAGE_SUFFIXES for cell in cells) > len(tried):
            others = [other for other in range(width) if other != place]
            names = [tr("column {n}", n=other + 1) for other in range(width)]
            return _Columns(place, others[0] if others else None, names)
    return None


def _row(row: tables.Row, columns: _Columns) -> TableRow:
    cells = dict(enumerate(row.cells))
    fields = {
        columns.names[place]: cell
        for place, cell in cells.items()
        if cell and place not in (columns.file, columns.label) and place < len(columns.names) and columns.names[place]
    }
    label = "" if columns.label is None else cells.get(columns.label, "")
    return TableRow(row.number, cells.get(columns.file, ""), label, fields)
