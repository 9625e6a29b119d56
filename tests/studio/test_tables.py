"""Reading a table can be given up in its midst, however long it is."""

import csv
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import Workbook

from models.events import Progress
from studio import tables

ROWS = [["file", "label"], *([f"{number}.png", "good"] for number in range(3 * tables.BETWEEN))]


def write_csv(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(ROWS)


def write_workbook(path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in ROWS:
        sheet.append(row)
    book.save(path)


@pytest.mark.parametrize(("name", "write"), [("labels.csv", write_csv), ("labels.xlsx", write_workbook)])
def test_reading_says_how_far_it_is_and_can_be_given_up(tmp_path, name, write) -> None:
    write(tmp_path / name)
    assert len(tables.read(tmp_path / name).rows) == len(ROWS)
    task = tables.reading(tmp_path / name)
    heard = list(islice(task, 3))
    assert all(isinstance(event, Progress) for event in heard)
    assert heard[-1].done - heard[-2].done == tables.BETWEEN
    task.close()
    (tmp_path / name).unlink()  # which Windows refuses while it is open
