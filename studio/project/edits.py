"""Edits: what the user decided about items and settings, undone and redone for the project's whole life."""

from collections.abc import Mapping
from typing import Any

import msgspec

from studio.project.store import Project
from studio.text import tr, trn

ANNOTATE = "annotate"
"""The kind of edits by which annotations come in; all others the user makes by hand."""
FIELDS = ("class_id", "first_class_id", "second_class_id", "split", "decision", "fields", "regions", "masked")


class Edit(msgspec.Struct, frozen=True):
    """One user action; `kind` is exclude, keep, choose, reset, label, read, split, mark, describe or annotate, on
    `count` items, or chain or prepare."""

    id: int
    kind: str
    count: int

    @property
    def title(self) -> str:
        """What the action was, for the undo and redo buttons."""
        n = self.count
        match self.kind:
            case "exclude":
                return trn("set {n} image aside", "set {n} images aside", n)
            case "keep":
                return trn("keep {n} image", "keep {n} images", n)
            case "choose":
                return tr("let another copy stay")
            case "label":
                return trn("label {n} image", "label {n} images", n)
            case "read":
                return trn("second reading of {n} image", "second reading of {n} images", n)
            case "split":
                return trn("split {n} image", "split {n} images", n)
            case "mark":
                return trn("mark {n} image", "mark {n} images", n)
            case "mask":
                return trn("mask text in {n} image", "mask text in {n} images", n)
            case "describe":
                return trn("describe {n} image", "describe {n} images", n)
            case "annotate":
                return trn("take annotations of {n} image over", "take annotations of {n} images over", n)
            case "chain":
                return tr("change the chain")
            case "meaning":
                return tr("change what carries meaning")
            case "prepare":
                return tr("prepare images otherwise")
            case _:
                return tr("change of {n} images", n=n)


def edit(project: Project, kind: str, field: str, values: Mapping[int, Any]) -> Edit | None:
    """Set a field (one of `FIELDS`) of items to new values by id, as one undoable action.

    Values that stand already are not recorded; None is returned when nothing changes. Redo is forgotten.
    """
    return edit_fields(project, kind, {field: values})


def edit_fields(project: Project, kind: str, changes: Mapping[str, Mapping[int, Any]]) -> Edit | None:
    """Set several fields of items, as `edit`: new values by field and id."""
    if unknown := changes.keys() - set(FIELDS):
        raise ValueError(f"{unknown} are not editable fields")
    with project.writing() as db:
        edit_id = db.execute("INSERT INTO edit (kind) VALUES (?)", (kind,)).lastrowid
        assert edit_id is not None
        changed = sum([_note_changes(project, edit_id, field, values) for field, values in changes.items()])
        if not changed:
            db.execute("DELETE FROM edit WHERE id = ?", (edit_id,))
            return None
        if len(changes) > 1:
            query = "SELECT count(DISTINCT item_id) FROM edit_change WHERE edit_id = ?"
            changed = db.execute(query, (edit_id,)).fetchone()[0]
        db.execute("UPDATE edit SET count = ? WHERE id = ?", (changed, edit_id))
        db.execute("DELETE FROM edit WHERE undone")
        _apply(project, edit_id, "after")
    return Edit(edit_id, kind, changed)


def _note_changes(project: Project, edit_id: int, field: str, values: Mapping[int, Any]) -> int:
    """Note what an edit changes in a field; returns in how many items."""
    with project.writing() as db:
        db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (item_id INTEGER PRIMARY KEY, after)")
        db.execute("DELETE FROM wanted")
        db.executemany("INSERT INTO wanted VALUES (?, ?)", values.items())
        return db.execute(
            f"INSERT INTO edit_change SELECT ?, item.id, ?, item.{field}, after"
            f" FROM wanted CROSS JOIN item ON item.id = item_id WHERE item.{field} IS NOT after",  # few are wanted
            (edit_id, field),
        ).rowcount


def edit_setting(project: Project, kind: str, key: str, value: Any) -> Edit | None:
    """Set a setting of the project as one undoable action, as `edit`."""
    after = msgspec.json.encode(value).decode()
    with project.writing() as db:
        row = db.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        before = None if row is None else row["value"]
        if before == after:
            return None
        db.execute("DELETE FROM edit WHERE undone")
        edit_id = db.execute("INSERT INTO edit (kind) VALUES (?)", (kind,)).lastrowid
        assert edit_id is not None
        db.execute("INSERT INTO edit_setting VALUES (?, ?, ?, ?)", (edit_id, key, before, after))
        _apply(project, edit_id, "after")
    return Edit(edit_id, kind, 0)


def next_undo(project: Project) -> Edit | None:
    """The action that `undo` would take back."""
    return _find(project, "NOT undone ORDER BY edit.id DESC")


def next_redo(project: Project) -> Edit | None:
    """The action that `redo` would do again."""
    return _find(project, "undone ORDER BY edit.id")


def undo(project: Project) -> Edit | None:
    """Take back the latest action; returns it, or None when there is none."""
    return _move(project, next_undo(project), "before", undone=True)


def redo(project: Project) -> Edit | None:
    """Do the earliest undone action again; returns it, or None when there is none."""
    return _move(project, next_redo(project), "after", undone=False)


def _find(project: Project, condition: str) -> Edit | None:
    row = project.db.execute(f"SELECT id, kind, count FROM edit WHERE {condition} LIMIT 1").fetchone()
    return None if row is None else Edit(*row)


def _move(project: Project, moved: Edit | None, side: str, undone: bool) -> Edit | None:
    if moved is None:
        return None
    with project.writing() as db:
        _apply(project, moved.id, side)
        db.execute("UPDATE edit SET undone = ? WHERE id = ?", (undone, moved.id))
    return moved


def _apply(project: Project, edit_id: int, side: str) -> None:
    """Write the values of one side (`before` or `after`) of an edit into its items and its setting."""
    with project.writing() as db:
        for (field,) in db.execute("SELECT DISTINCT field FROM edit_change WHERE edit_id = ?", (edit_id,)).fetchall():
            db.execute(
                f"UPDATE item SET {field} = change.{side} FROM edit_change AS change"
                " WHERE change.edit_id = ? AND change.field = ? AND change.item_id = item.id",
                (edit_id, field),
            )
        row = db.execute(f"SELECT key, {side} AS value FROM edit_setting WHERE edit_id = ?", (edit_id,)).fetchone()
        if row is not None and row["value"] is None:
            db.execute("DELETE FROM setting WHERE key = ?", (row["key"],))
        elif row is not None:
            db.execute("REPLACE INTO setting VALUES (?, ?)", tuple(row))
