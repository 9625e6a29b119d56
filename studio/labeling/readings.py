"""Readings: a second reader's labels, kept apart from the first one's, and where the two disagree.

The label of an item is the first reader's until a second reader has read it too. A label given after that is a
decision between the two: the first reading is then kept beside it, so that the agreement stays what it was.
"""

from collections.abc import Collection, Mapping

import msgspec

from studio.labeling.classes import class_ids
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import USABLE, next_item

_FIRST = "coalesce(first_class_id, class_id)"


class Reading(msgspec.Struct, frozen=True):
    """What two readers saw in an item, by the names of the classes; `decided` says that a label was given since."""

    item: int
    first: str
    second: str
    decided: bool


def read_second(project: Project, labels: Mapping[int, str | None]) -> Edit | None:
    """Note the classes that the second reader puts items into, by id; None takes a reading away. Undoable."""
    with project.writing():
        return edit(project, "read", "second_class_id", class_ids(project, labels))


def readings(project: Project) -> list[Reading]:
    """The usable images that both have read."""
    rows = project.db.execute(
        "SELECT item.id, one.name, two.name, first_class_id IS NOT NULL FROM item"
        f" JOIN class AS one ON one.id = {_FIRST} JOIN class AS two ON two.id = second_class_id"
        f" WHERE {USABLE} AND second_class_id IS NOT NULL ORDER BY item.id"
    )
    return [Reading(row[0], row[1], row[2], bool(row[3])) for row in rows]


def disagreements(project: Project) -> list[Reading]:
    """Those on which the readers disagree and no label has been decided on."""
    return [reading for reading in readings(project) if reading.first != reading.second and not reading.decided]


def second_readings(project: Project) -> dict[int, str]:
    """The classes that the second reader put usable items into, by the items' ids."""
    rows = project.db.execute(
        "SELECT item.id, name FROM item JOIN class ON class.id = second_class_id"
        f" WHERE {USABLE} AND second_class_id IS NOT NULL"
    )
    return {row[0]: row[1] for row in rows}


def next_unread(project: Project, after: int = 0) -> int | None:
    """The id of the next usable image behind item `after` that the second reader has not read."""
    return next_item(project, f"{USABLE} AND second_class_id IS NULL", after)


def first_readings(project: Project, ids: Collection[int]) -> dict[int, int]:
    """The first readings, as ids of classes, that a new label of these items would overwrite."""
    rows = project.db.execute(
        "SELECT id, class_id FROM item"
        " WHERE second_class_id IS NOT NULL AND first_class_id IS NULL AND class_id IS NOT NULL"
    )
    return {row[0]: row[1] for row in rows if row[0] in ids}
