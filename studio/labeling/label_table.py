"""Labels and fields from a table, and into one: for a spreadsheet, another program, or a reader elsewhere."""

import csv
import os
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from studio.errors import UserError
from studio.labeling.classes import class_name
from studio.labeling.fields import set_fields
from studio.labeling.grouping import group_fields
from studio.labeling.labels import set_labels
from studio.labeling.readings import read_second, second_readings
from studio.labeling.table import TableRow, match_files, read_table
from studio.project import Project
from studio.project.items import USABLE, Item, items
from studio.project.part import WHOLE
from studio.text import tr

PART, SECOND = "part", "second_label"
"""Columns beside those of files and classes: which image of the file, and what the second reader saw."""


class TableResult(msgspec.Struct, frozen=True):
    """What a table did: images whose label it gives, files it names that no image has or several have."""

    labeled: int
    unmatched: list[str]
    ambiguous: list[str]


def label_from_table(project: Project, table: Path, second: bool = False) -> TableResult:
    """Label images from a CSV table with a column of files and one of classes, as one undoable edit.

    A file may be given by its whole path, the end of it, or its name alone, and means all images in it unless the
    column “part” says which. Columns that are called like fields of the images fill these, by another edit.
    second: the classes are a second reader's, kept apart from the labels; the column “second_label” always is.
    Raises `UserError`.
    """
    rows = read_table(table)
    if not rows:
        raise UserError(tr("“{name}” has no row with a file and its label.", name=table.name))
    by_path: dict[Path, list[Item]] = defaultdict(list)
    for item in items(project, "origin = 'real'"):
        by_path[item.path].append(item)
    matches = match_files([row.file for row in rows], by_path)
    named = {
        item.id: row
        for row in rows
        if row.file in matches.found
        for item in _meant(row, by_path[matches.found[row.file]])
    }
    labels = {item_id: class_name(row.label) for item_id, row in named.items()}
    readings = {item_id: class_name(row.fields[SECOND]) for item_id, row in named.items() if SECOND in row.fields}
    with project.writing():
        if not second:
            set_labels(project, labels)
        read_second(project, labels if second else readings)
        _fill_fields(project, named)
    return TableResult(len(labels), matches.unmatched, matches.ambiguous)


def write_label_table(project: Project, out: Path) -> int:
    """Write a row for each usable image, which `label_from_table` can read back; returns how many there are.

    The columns are file, from the last folder that all have in common on; part, where a file holds several images;
    label; second_label, where there are second readings; and a column for each field. UTF-8 with a byte order mark,
    for spreadsheets. Raises `OSError`.
    """
    shown = list(items(project, USABLE))
    second = second_readings(project)
    fields = group_fields(project)
    has_parts = any(item.part != WHOLE for item in shown)
    start = _common_folder([item.path for item in shown])
    partial = out.with_name(f".{out.name}.partial")
    with partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", *[PART] * has_parts, "label", *[SECOND] * bool(second), *fields])
        for item in shown:
            part, reading = [item.part.encode()] * has_parts, [second.get(item.id, "")] * bool(second)
            texts = [item.fields.get(field, "") for field in fields]
            writer.writerow([item.path.relative_to(start).as_posix(), *part, item.label or "", *reading, *texts])
    partial.replace(out)
    return len(shown)


def _meant(row: TableRow, candidates: Collection[Item]) -> list[Item]:
    part = row.fields.get(PART)
    return [item for item in candidates if part is None or item.part.encode() == part]


def _fill_fields(project: Project, named: Mapping[int, TableRow]) -> None:
    known = set(group_fields(project))
    texts = {
        item_id: {name: text for name, text in row.fields.items() if name in known} for item_id, row in named.items()
    }
    set_fields(project, {item_id: each for item_id, each in texts.items() if each})


def _common_folder(paths: Collection[Path]) -> Path:
    """What all paths begin with, without its last folder: names from there on are seldom those of other files."""
    if not paths:
        return Path()
    try:
        return Path(os.path.commonpath({path.parent for path in paths})).parent
    except ValueError:  # on several drives
        return Path()
