"""Tables that name a class for each file."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import msgspec

from studio.errors import UserError
from studio.text import tr

FILE_COLUMNS = ("file", "filename", "file_name", "path", "image", "name")
LABEL_COLUMNS = ("label", "class", "class_name", "category", "target")


class TableRow(msgspec.Struct, frozen=True):
    """A file as the table writes it, its class, and what the other columns say, by their names."""

    file: str
    label: str
    fields: dict[str, str]


class Matches(msgspec.Struct, frozen=True):
    """The paths of files that a table names, and those of its names that no path has or several have."""

    found: dict[str, Path]
    unmatched: list[str]
    ambiguous: list[str]


def read_table(path: Path) -> list[TableRow]:
    """Rows of a CSV table in UTF-8, separated by comma, semicolon or tab; those without file or class are left out.

    The first row names the columns, among them one of `FILE_COLUMNS` and one of `LABEL_COLUMNS`. Raises `UserError`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = list(csv.DictReader(file, delimiter=max(",;\t", key=head.count), restval=""))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            tr("“{name}” is not a CSV table in UTF-8. Save it as one and try again.", name=path.name)
        ) from error
    columns = {column.strip().lower(): column for column in (rows[0] if rows else {}) if column}
    file_column = next((columns[name] for name in FILE_COLUMNS if name in columns), None)
    label_column = next((columns[name] for name in LABEL_COLUMNS if name in columns), None)
    if file_column is None or label_column is None:
        raise UserError(tr("“{name}” needs a first row with the columns “file” and “label”.", name=path.name))
    others = [column for column in columns.values() if column not in (file_column, label_column)]
    all_rows = (
        TableRow(
            row[file_column].strip(),
            row[label_column].strip(),
            {column.strip(): row[column].strip() for column in others if row[column].strip()},
        )
        for row in rows
    )
    return [row for row in all_rows if row.file and row.label]


def match_files(names: Iterable[str], paths: Iterable[Path]) -> Matches:
    """Which of `paths` each name means; it may be a whole path, the end of one, or a file's name alone."""
    by_name = defaultdict(list)
    for path in paths:
        by_name[path.name].append(path)
    matches = Matches({}, [], [])
    for name in names:
        tail = PurePosixPath(name.replace("\\", "/")).parts
        fitting = [path for path in by_name[tail[-1]] if path.parts[-len(tail) :] == tail] if tail else []
        if len(fitting) == 1:
            matches.found[name] = fitting[0]
        else:
            (matches.ambiguous if fitting else matches.unmatched).append(name)
    return matches
