"""Tables that name a class for each file."""

import csv
from pathlib import Path

from studio.errors import UserError
from studio.text import tr

FILE_COLUMNS = ("file", "filename", "file_name", "path", "image", "name")
LABEL_COLUMNS = ("label", "class", "class_name", "category", "target")


def read_table(path: Path) -> list[tuple[str, str]]:
    """Pairs (file, class) of a CSV table in UTF-8, separated by comma, semicolon or tab; others are left out.

    The first row names the columns, among them one of `FILE_COLUMNS` and one of `LABEL_COLUMNS`. Raises `UserError`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = list(csv.DictReader(file, delimiter=max(",;\t", key=head.count)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            tr("“{name}” is not a CSV table in UTF-8. Save it as one and try again.", name=path.name)
        ) from error
    columns = {column.strip().lower(): column for column in (rows[0] if rows else {}) if column}
    file_column = next((columns[name] for name in FILE_COLUMNS if name in columns), None)
    label_column = next((columns[name] for name in LABEL_COLUMNS if name in columns), None)
    if file_column is None or label_column is None:
        raise UserError(tr("“{name}” needs a first row with the columns “file” and “label”.", name=path.name))
    pairs = (((row[file_column] or "").strip(), (row[label_column] or "").strip()) for row in rows)
    return [(file, label) for file, label in pairs if file and label]
