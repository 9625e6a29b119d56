"""Free fields of items: what the user wants to note of them beside their class."""

from collections.abc import Iterable, Mapping

import msgspec

from studio.errors import UserError
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.text import tr


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
    wanted = msgspec.json.encode(list(values)).decode()
    with project.writing() as db:
        rows = db.execute("SELECT id, fields FROM item WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
        after = {item_id: _merged(before, values[item_id]) for item_id, before in rows.fetchall()}
        return edit(project, "describe", "fields", after)


def _merged(fields: str, texts: Mapping[str, str]) -> str:
    merged = {**msgspec.json.decode(fields, type=dict[str, str]), **texts}
    return msgspec.json.encode({name: text for name, text in merged.items() if text}).decode()
