"""How many images of each class there are on each side of the split, as the first reader labeled them or the second."""

from studio.project import Project
from studio.project.items import SIDES, USABLE, classes

Counts = dict[str | None, dict[str, int]]
"""Images by class and side, every class named; None counts those without a label."""


def side_counts(project: Project) -> Counts:
    """Usable images by their class; "train" counts also those that were never split."""
    return _counts(
        project,
        "SELECT class.name, coalesce(split, 'train'), n FROM tally LEFT JOIN class ON class.id = class_id"
        f" WHERE {USABLE}",
    )


def second_counts(project: Project) -> Counts:
    """The same by the second reader's class; None counts what was not read twice."""
    return _counts(
        project,
        "SELECT class.name, coalesce(split, 'train'), count(*) FROM item"
        f" LEFT JOIN class ON class.id = second_class_id WHERE {USABLE} GROUP BY second_class_id, split",
    )


def _counts(project: Project, query: str) -> Counts:
    """What a query for rows of class, side and number adds up to."""
    counts: Counts = {name: dict.fromkeys(SIDES, 0) for name in (*classes(project), None)}
    for name, side, number in project.db.execute(query):
        counts[name][side] += number
    return counts
