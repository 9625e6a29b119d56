"""The labels of items: set, taken away, and where they are missing."""

from collections.abc import Iterable, Mapping

from studio.labeling.classes import class_ids
from studio.labeling.readings import first_readings
from studio.project import Project
from studio.project.edits import Edit, edit_fields
from studio.project.items import USABLE, next_item


def label(project: Project, ids: Iterable[int], name: str | None) -> Edit | None:
    """Put items into a class, which is made if needed; None takes their label away. Undoable."""
    return set_labels(project, dict.fromkeys(ids, name))


def set_labels(project: Project, labels: Mapping[int, str | None]) -> Edit | None:
    """Put each item into a class of its own, as `label`."""
    with project.writing():
        values, readings = class_ids(project, labels), first_readings(project, labels)
        return edit_fields(project, "label", {"class_id": values, "first_class_id": readings})


def next_unlabeled(project: Project, after: int = 0) -> int | None:
    """The id of the next usable image without a label behind item `after`, from the start again at the end."""
    return next_item(project, f"{USABLE} AND class_id IS NULL", after)
