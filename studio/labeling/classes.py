"""Classes: made, renamed, and looked up by their names."""

import sqlite3
from collections.abc import Mapping

from studio.errors import UserError
from studio.project import Project
from studio.project.items import class_id_of
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


def class_name(name: str) -> str:
    """A class's name without superfluous spaces. Raises `UserError` when nothing is left."""
    name = " ".join(name.split())
    if not name:
        raise UserError(tr("A class needs a name."))
    return name


def class_ids(project: Project, labels: Mapping[int, str | None]) -> dict[int, int | None]:
    """Items with the ids of their classes, which are made if needed, for items with the names."""
    ids: dict[str | None, int | None] = {None: None}
    for name in dict.fromkeys(labels.values()):
        if name is not None:
            ids[name] = class_id_of(project, class_name(name))
    return {item_id: ids[name] for item_id, name in labels.items()}
