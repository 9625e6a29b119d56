"""Classes, labels and free fields of items: made, renamed, set."""

import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

from studio.errors import UserError
from studio.labeling.readings import first_readings
from studio.project import Project
from studio.project.edits import Edit, edit, edit_fields
from studio.project.items import USABLE, class_id_of
from studio.text import tr


def make_class(project: Project, name: str) -> str:
    """Add a class, if there is none of that name yet, and return its name without spaces around."""
    name = class_name(name)
    class_id_of(project, name)
    return name


def rename_class(project: Project, old: str, new: str) -> None:
    """Give a class another name. Raises `UserError` when another class has it."""
    new = class_name(new)
    with project.writing() as db:
        try:
            db.execute("UPDATE class SET name = ? WHERE name = ?", (new, old))
        except sqlite3.IntegrityError as error:
            raise UserError(tr("There is a class “{name}” already. Choose another name.", name=new)) from error


def label(project: Project, ids: Iterable[int], name: str | None) -> Edit | None:
    """Put items into a class, which is made if needed; None takes their label away. Undoable."""
    return set_labels(project, dict.fromkeys(ids, name))


def set_labels(project: Project, labels: Mapping[int, str | None]) -> Edit | None:
    """Put each item into a class of its own, as `label`."""
    with project.writing():
        class_ids = {name: class_id_of(project, class_name(name)) for name in dict.fromkeys(labels.values()) if name}
        values = {item_id: class_ids.get(name) for item_id, name in labels.items()}
        return edit_fields(
            project, "label", {"class_id": values, "first_class_id": first_readings(project, values.keys())}
        )


def set_field(project: Project, ids: Iterable[int], name: str, text: str) -> Edit | None:
    """Write a text into a field of items, which is made if needed; an empty text takes the field away. Undoable.

    Raises `UserError` when the field has no name.
    """
    name, text = " ".join(name.split()), text.strip()
    if not name:
        raise UserError(tr("A field needs a name."))
    return set_fields(project, {item_id: {name: text} for item_id in ids})


def set_fields(project: Project, values: Mapping[int, Mapping[str, str]]) -> Edit | None:
    """Write texts into fields of items, by id and name, as `set_field`; their other fields stay."""
    with project.writing() as db:
        known = {
            item_id: db.execute("SELECT fields FROM item WHERE id = ?", (item_id,)).fetchone()[0] for item_id in values
        }
        return edit(project, "describe", "fields", {key: _merged(known[key], texts) for key, texts in values.items()})


def next_unlabeled(project: Project, after: int = 0) -> int | None:
    """The id of the next usable image without a label behind item `after`, from the start again at the end."""
    row = project.db.execute(
        f"SELECT id FROM item WHERE {USABLE} AND class_id IS NULL ORDER BY id <= ?, id LIMIT 1", (after,)
    ).fetchone()
    return row and row[0]


def class_name(name: str) -> str:
    """A class's name without superfluous spaces. Raises `UserError` when nothing is left."""
    name = " ".join(name.split())
    if not name:
        raise UserError(tr("A class needs a name."))
    return name


def _merged(fields: str, texts: Mapping[str, str]) -> str:
    merged = {**msgspec.json.decode(fields, type=dict[str, str]), **texts}
    return msgspec.json.encode({name: text for name, text in merged.items() if text}).decode()
