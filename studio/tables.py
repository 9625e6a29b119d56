"""Tables in files: CSV as every program writes it, Excel, JSON lines."""

import csv
import re
import warnings
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from models.events import Progress, Task, finish
from studio.errors import UserError
from studio.imaging.unreadable import DAMAGE
from studio.text import tr

SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson")
MOST_BYTES = 512 << 20
"""Of a table; larger ones are no tables of labels."""
SEPARATORS = ",;\t|"
LONGEST_CELL = 1 << 20
BETWEEN = 2_000
"""Rows between two words of how far it is: 0.2 s of a workbook."""
HIGH = re.compile(rb"[\x80-\xff]+")


class Row(msgspec.Struct, frozen=True):
    """The cells of one row, and the number that it has in a spreadsheet, or the line that it begins in."""

    number: int
    cells: list[str]


class Table(msgspec.Struct, frozen=True):
    """Rows without the empty ones, and by number what is wrong with those that could not be read, in a sentence."""

    rows: list[Row]
    problems: list[tuple[int, str]] = []


def read(path: Path) -> Table:
    """A table in a file of any kind; other suffixes than `SUFFIXES` count as CSV. Raises `UserError` and `OSError`."""
    return finish(reading(path))


def reading(path: Path) -> Task[Table]:
    """`read` as a task, for workbooks take long: 8 s for 100,000 rows. Yields `Progress`."""
    if path.stat().st_size > MOST_BYTES:
        raise UserError(tr("“{name}” is too large for a table of labels.", name=path.name))
    match path.suffix.lower():
        case ".xlsx":
            return (yield from _read_excel(path))
        case ".jsonl" | ".ndjson":
            return _read_json_lines(decoded(path.read_bytes()))
        case _:
            return (yield from _read_csv(path))


def decoded(content: bytes) -> str:
    """Text in whatever encoding it was written: by its mark, or else UTF-16, UTF-8, GB18030 or Windows-1252.

    The last two are told apart by letters outside of ASCII: in Chinese they come in runs, in Western languages alone.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content[:200].count(0) > len(content[:200]) // 4:
        return content.decode("utf-16-be" if content[0] == 0 else "utf-16-le", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        runs = HIGH.findall(content)
        is_western = 2 * sum(len(run) == 1 for run in runs) > len(runs)
        return content.decode("cp1252" if is_western else "gb18030", "replace")


def _read_csv(path: Path) -> Task[Table]:
    text = decoded(path.read_bytes())
    if "\0" in text:
        raise UserError(tr("“{name}” is no table of text. Save it as CSV or Excel and try again.", name=path.name))
    csv.field_size_limit(LONGEST_CELL)
    separator = _separator(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, skipinitialspace=separator == " ")
    rows: list[Row] = []
    begin = 1
    try:
        for cells in reader:
            if len(rows) % BETWEEN == 0:
                yield _progress(len(rows))
            cells = [cell.strip() for cell in cells]
            if any(cells):
                rows.append(Row(begin, cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        return Table(rows, [(begin, tr("From here on it is no CSV: {reason}.", reason=error))])
    return Table(rows)


def _separator(text: str) -> str:
    """What the first line has most of; spaces only where there is nothing else."""
    first = re.sub(r'"[^"]*"', "", next((line for line in text.split("\n") if line.strip()), ""))
    best = max(SEPARATORS, key=first.count)
    return best if best in first else " " if " " in first.strip() and "." in first else ","


def _read_excel(path: Path) -> Task[Table]:
    """The first sheet of a workbook, values in place of formulas."""
    from zipfile import BadZipFile, ZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with ZipFile(path) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_BYTES:
                raise UserError(tr("“{name}” is too large for a table of labels.", name=path.name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and checks that it does not know
            book = load_workbook(path, read_only=True, data_only=True)
            with closing(book):
                rows = yield from _sheet_rows(book)
    except (*DAMAGE, BadZipFile, InvalidFileException, AttributeError) as error:
        raise UserError(
            tr("“{name}” is no Excel workbook, or a damaged one. Save it again.", name=path.name)
        ) from error
    return Table(rows)


def _sheet_rows(book: Any) -> Task[list[Row]]:
    rows: list[Row] = []
    for number, values in enumerate(book.worksheets[0].iter_rows(values_only=True) if book.worksheets else (), 1):
        if number % BETWEEN == 0:
            yield _progress(number)
        cells = [_text(value) for value in values]
        if any(cells):
            rows.append(Row(number, cells))
    return rows


def _progress(rows: int) -> Progress:
    return Progress(rows, 0, tr("Reading the table"))


def _text(value: Any) -> str:
    """A value as one would type it: whole numbers without a point, nested values as JSON."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value).strip()


def _read_json_lines(text: str) -> Table:
    """An object a line; the columns are all keys in the order in which they are first met."""
    objects: list[tuple[int, dict[str, Any]]] = []
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            objects.append((number, msgspec.json.decode(line, type=dict[str, Any])))
        except (msgspec.DecodeError, RecursionError) as error:
            problems.append((number, tr("It is no JSON object: {reason}.", reason=error)))
    columns = list(dict.fromkeys(key for _, each in objects for key in each))
    rows = [Row(number, [_text(each.get(column)) for column in columns]) for number, each in objects]
    return Table([Row(0, columns), *rows], problems)
