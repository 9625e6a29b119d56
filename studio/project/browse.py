"""Looking through items: which of them, and in which order."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from studio.project.items import classes, item_ids
from studio.project.store import Project

ANY_FINDING = "*"
MOST_VALUES = 200
"""Of a field that are offered; any other can be typed."""
FILE_FACTS = ("bytes", "modified")
"""Scores by which a file that has changed is known; nobody measured them in an image."""


class ScoreRange(msgspec.Struct, frozen=True):
    """Values of a score, both ends included, in its own units."""

    name: str
    low: float
    high: float


class Filter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Conditions that an item meets all of; None is no condition.

    text: a part of the file's name or folder. label, split, decision: a value, or empty for items without one.
    check: the name of a check that found the item, or `ANY_FINDING`. field: a name and a value.
    """

    text: str = ""
    label: str | None = None
    split: str | None = None
    decision: str | None = None
    check: str | None = None
    field: tuple[str, str] | None = None
    score: ScoreRange | None = None


class Choices(msgspec.Struct, frozen=True):
    """What a filter can be made of. fields: names, each with the values of most items; scores: each with its range."""

    labels: list[str]
    checks: list[str]
    fields: dict[str, list[str]]
    scores: dict[str, tuple[float, float]]


class Order(msgspec.Struct, frozen=True):
    """What items are sorted by; `name` is of the field or the score. Items without a value come last."""

    by: Literal["", "file", "label", "area", "field", "score"] = ""
    name: str = ""
    descending: bool = False


def browse(project: Project, shown: Filter, order: Order, where: str = "1", values: Sequence = ()) -> list[int]:
    """The ids of the items that meet an SQL condition (as of `items`) and a filter, in order."""
    conditions, bound = _conditions(shown)
    terms, order_values = _terms(order)
    return item_ids(
        project, " AND ".join([f"({where})", *conditions]), [*values, *bound, *order_values], ", ".join([*terms, "id"])
    )


def browse_among(project: Project, shown: Filter, order: Order, ids: Sequence[int]) -> list[int]:
    """Those of `ids` that meet a filter, in order; as they were given if there is no order."""
    found = browse(project, shown, order)
    if not order.by:
        among = set(found)
        return [item_id for item_id in ids if item_id in among]
    among = set(ids)
    return [item_id for item_id in found if item_id in among]


def choices(project: Project) -> Choices:
    """What there is to choose from; reads every item's fields."""
    checks = project.db.execute("SELECT DISTINCT check_name FROM finding ORDER BY check_name")
    return Choices(classes(project), [row[0] for row in checks], _field_values(project), _score_ranges(project))


def _field_values(project: Project) -> dict[str, list[str]]:
    rows = project.db.execute(
        "SELECT key, value FROM item, json_each(item.fields) GROUP BY key, value ORDER BY key, count(*) DESC, value"
    )
    values: dict[str, list[str]] = {}
    for name, value in rows:
        known = values.setdefault(name, [])
        if len(known) < MOST_VALUES:
            known.append(value)
    return values


def _score_ranges(project: Project) -> dict[str, tuple[float, float]]:
    names = project.db.execute(
        "WITH RECURSIVE known(name) AS (SELECT min(name) FROM score UNION ALL"
        " SELECT (SELECT min(name) FROM score WHERE name > known.name) FROM known WHERE known.name IS NOT NULL)"
        " SELECT name FROM known WHERE name IS NOT NULL"  # a leap from name to name through the index
    ).fetchall()
    return {row["name"]: _ends(project, row["name"]) for row in names if row["name"] not in FILE_FACTS}


def _ends(project: Project, score: str) -> tuple[float, float]:
    low, high = project.db.execute(
        "SELECT (SELECT min(value) FROM score WHERE name = :name), (SELECT max(value) FROM score WHERE name = :name)",
        {"name": score},
    ).fetchone()
    return low, high


def _conditions(shown: Filter) -> tuple[list[str], list]:
    """SQL, and the values bound to it."""
    conditions: list[str] = []
    values: list = []
    if shown.text:
        conditions.append("path LIKE ? ESCAPE '\\'")
        values.append(f"%{_without_wildcards(shown.text)}%")
    for column in ("label", "split", "decision"):
        wanted = getattr(shown, column)
        if wanted is not None:
            conditions.append(f"{column} IS ?")
            values.append(wanted or None)
    if shown.check is not None:
        conditions.append("EXISTS (SELECT 1 FROM finding WHERE item_id = item.id AND ? IN (check_name, '*'))")
        values.append(shown.check)
    if shown.field is not None:
        conditions.append("EXISTS (SELECT 1 FROM json_each(item.fields) WHERE key = ? AND value = ?)")
        values += shown.field
    if shown.score is not None:
        conditions.append("id IN (SELECT item_id FROM score WHERE name = ? AND value BETWEEN ? AND ?)")
        values += [shown.score.name, shown.score.low, shown.score.high]
    return conditions, values


def _terms(order: Order) -> tuple[list[str], list]:
    """SQL terms to sort by, and the values bound to them."""
    direction = ("DESC" if order.descending else "ASC") + " NULLS LAST"
    terms: list[str] = []
    values: list[str] = []
    match order.by:
        case "file":
            terms = ["path"]
        case "label":
            terms = ["label"]
        case "area":
            terms = ["width * height"]
        case "field":  # numbers in their order, then texts in theirs
            value = "(SELECT value FROM json_each(item.fields) WHERE key = ?)"
            terms, values = [f"{value} + 0", value], [order.name, order.name]
        case "score":
            terms, values = ["(SELECT value FROM score WHERE item_id = item.id AND name = ?)"], [order.name]
    return [f"{term} {direction}" for term in terms], values


def _without_wildcards(text: str) -> str:
    for sign in "\\%_":
        text = text.replace(sign, f"\\{sign}")
    return text
