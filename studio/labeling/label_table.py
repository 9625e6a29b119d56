"""Labels and fields from a table, and into one: for a spreadsheet, another program, or a reader elsewhere."""

import csv
import os
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from models.events import Progress, Task
from studio.errors import UserError
from studio.labeling.classes import class_name
from studio.labeling.fields import set_fields
from studio.labeling.grouping import group_fields
from studio.labeling.labels import set_labels
from studio.labeling.readings import read_second, second_readings
from studio.labeling.table import FileNames, TableRow, read_table
from studio.project import Project
from studio.project.items import USABLE, count
from studio.text import tr

PART, SECOND = "part", "second_label"
"""Columns beside those of files and classes: which image of the file, and what the second reader saw."""
BETWEEN = 5_000
"""Rows between two words of how far it is."""


class _Image(NamedTuple):
    """An image: its file with slashes, which image of the file (empty: the only one), its class, its fields."""

    id: int
    path: str
    part: str
    label: str | None
    fields: dict[str, str]


class TableResult(msgspec.Struct, frozen=True):
    """What a table did: images whose label it gives, files it names that no image has or several have."""

    labeled: int
    unmatched: list[str]
    ambiguous: list[str]


def label_from_table(project: Project, table: Path, second: bool = False) -> Task[TableResult]:
    """Label images from a CSV table with a column of files and one of classes, as one undoable edit.

    A file may be given by its whole path, the end of it, or its name alone, and means all images in it unless the
    column “part” says which. Columns that are called like fields of the images fill these, by another edit.
    second: the classes are a second reader's, kept apart from the labels; the column “second_label” always is.
    Yields `Progress`. Raises `UserError`.
    """
    rows = yield from read_table(table)
    if not rows:
        raise UserError(tr("“{name}” has no row with a file and its label.", name=table.name))
    by_path: dict[str, list[_Image]] = defaultdict(list)
    for image in (yield from _images(project, "origin = 'real'")):
        by_path[image.path].append(image)
    yield Progress(0, 0, tr("Looking for the files of the table"))
    names = FileNames(by_path)
    yield Progress(0, 0, tr("Looking for the files of the table"))
    matches = names.match(row.file for row in rows)
    yield Progress(0, 0, tr("Labeling"))
    named = {
        image.id: row
        for row in rows
        if row.file in matches.found
        for image in _meant(row, by_path[matches.found[row.file]])
    }
    labels = {item_id: class_name(row.label) for item_id, row in named.items()}
    readings = {item_id: class_name(row.fields[SECOND]) for item_id, row in named.items() if SECOND in row.fields}
    with project.writing():
        if not second:
            set_labels(project, labels)
        read_second(project, labels if second else readings)
        _fill_fields(project, named)
    return TableResult(len(labels), matches.unmatched, matches.ambiguous)


def write_label_table(project: Project, out: Path) -> Task[int]:
    """Write a row for each usable image, which `label_from_table` can read back; returns how many there are.

    The columns are file, from the last folder that all have in common on; part, where a file holds several images;
    label; second_label, where there are second readings; and a column for each field. UTF-8 with a byte order mark,
    for spreadsheets. Yields `Progress`; the file appears whole or not at all. Raises `OSError`.
    """
    shown = yield from _images(project, USABLE)
    second = second_readings(project)
    fields = group_fields(project)
    has_parts = any(image.part for image in shown)
    above = len(_common_folder({image.path.rpartition("/")[0] for image in shown}))
    partial = out.with_name(f".{out.name}.partial")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", *[PART] * has_parts, "label", *[SECOND] * bool(second), *fields])
            for done, image in enumerate(shown):
                if done % BETWEEN == 0:
                    yield Progress(done, len(shown), tr("Writing the table"))
                part, reading = [image.part] * has_parts, [second.get(image.id, "")] * bool(second)
                texts = [image.fields.get(field, "") for field in fields]
                writer.writerow([image.path[above:], *part, image.label or "", *reading, *texts])
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return len(shown)


def _images(project: Project, condition: str) -> Task[list[_Image]]:
    """Images that meet a condition, as of `studio.project.items.count`, by what a table says of them. Folders are
    resolved once each: a path object for each of 100,000 images takes longer than all else."""
    folders: dict[str, str] = {}
    images: list[_Image] = []
    rows = project.db.execute(
        "SELECT item.id, path, part, class.name, fields FROM item LEFT JOIN class ON class.id = class_id"
        f" WHERE {condition} ORDER BY item.id"
    )
    for item_id, path, part, label, fields in rows:
        if len(images) % BETWEEN == 0:
            yield Progress(len(images), count(project, condition), tr("Reading the labels so far"))
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = project.resolve_path(f"{folder}/{name}").parent.as_posix()
        texts = msgspec.json.decode(fields, type=dict[str, str])
        images.append(_Image(item_id, f"{folders[folder]}/{name}", part, label, texts))
    return images


def _meant(row: TableRow, candidates: Collection[_Image]) -> list[_Image]:
    part = row.fields.get(PART)
    return [image for image in candidates if part is None or image.part == part]


def _fill_fields(project: Project, named: Mapping[int, TableRow]) -> None:
    known = set(group_fields(project))
    texts = {
        item_id: {name: text for name, text in row.fields.items() if name in known} for item_id, row in named.items()
    }
    set_fields(project, {item_id: each for item_id, each in texts.items() if each})


def _common_folder(folders: Collection[str]) -> str:
    """What all folders begin with, without its last part and with the slash behind: names from there on are seldom
    those of other files."""
    try:
        return os.path.commonpath(folders).replace(os.sep, "/").rpartition("/")[0] + "/" if folders else ""
    except ValueError:  # on several drives
        return ""
