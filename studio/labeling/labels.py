"""Classes and the labels of items: made, renamed, set, read from a table."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from studio.errors import UserError
from studio.labeling.table import match_files, read_table
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import USABLE, class_id_of, item_ids, items
from studio.text import tr


class TableResult(msgspec.Struct, frozen=True):
    """What a table did: images whose label it gives, files it names that no image has or several have."""

    labeled: int
    unmatched: list[str]
    ambiguous: list[str]


def make_class(project: Project, name: str) -> str:
    """Add a class, if there is none of that name yet, and return its name without spaces around."""
    name = _class_name(name)
    class_id_of(project, name)
    return name


def rename_class(project: Project, old: str, new: str) -> None:
    """Give a class another name. Raises `UserError` when another class has it."""
    new = _class_name(new)
    with project.writing() as db:
        try:
            db.execute("UPDATE class SET name = ? WHERE name = ?", (new, old))
        except sqlite3.IntegrityError as error:
            raise UserError(tr("There is a class “{name}” already. Choose another name.", name=new)) from error


def label(project: Project, ids: Iterable[int], name: str | None) -> Edit | None:
    """Put items into a class, which is made if needed; None takes their label away. Undoable."""
    with project.writing():
        class_id = None if name is None else class_id_of(project, _class_name(name))
        return edit(project, "label", "class_id", dict.fromkeys(ids, class_id))


def next_unlabeled(project: Project, after: int = 0) -> int | None:
    """The id of the next usable image without a label behind item `after`, from the start again at the end."""
    ids = item_ids(project, f"{USABLE} AND class_id IS NULL", order=f"id <= {int(after)}, id")
    return ids[0] if ids else None


def label_from_table(project: Project, table: Path) -> TableResult:
    """Label images from a CSV table with a column of files and one of classes, as one undoable edit.

    A file may be given by its whole path, the end of it, or its name alone.
    """
    rows = read_table(table)
    ids = {item.path: item.id for item in items(project, "origin = 'real'")}
    matches = match_files([row.file for row in rows], ids)
    values = {ids[matches.found[row.file]]: row.label for row in rows if row.file in matches.found}
    with project.writing():
        class_ids = {name: class_id_of(project, _class_name(name)) for name in dict.fromkeys(values.values())}
        edit(project, "label", "class_id", {item_id: class_ids[name] for item_id, name in values.items()})
    return TableResult(len(values), matches.unmatched, matches.ambiguous)


def _class_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UserError(tr("A class needs a name."))
    return name
