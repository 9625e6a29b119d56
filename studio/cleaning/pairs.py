"""Pairs of images that look alike, with the likeness at which chance begins in this project."""

from collections.abc import Iterable
from sqlite3 import Row
from typing import Annotated

import msgspec
from msgspec import Meta

from studio.project import Project

CHANCE = 30
"""Pairs in 1,000 images from which likeness counts as chance, among those that fit mirrored or turned."""
SURE = 0.9
"""Correlation that unrelated images do not reach."""
LEAST = 0.6
"""Correlation below which even a few images are not called alike."""


class LikenessSettings(msgspec.Struct, frozen=True):
    likeness: Annotated[
        float,
        Meta(
            title="Likeness beyond chance",
            description="0 % is what unrelated images here reach by chance, 100 % the same picture.",
            ge=-50,
            le=95,
            extra={"unit": "%", "step": 5},
        ),
    ] = 0.0


def chance(project: Project) -> float:
    """The correlation, `LEAST` to `SURE`, that unrelated images of this project reach.

    Few images are there mirrored or turned, so pairs that fit best so are nearly all alike by chance. Those beyond
    `SURE` are real copies; the rest may hold some, so that the limit errs to the high side.
    """
    images = project.db.execute("SELECT count(*) FROM small").fetchone()[0]
    row = project.db.execute(
        "SELECT value FROM likeness WHERE turn > 0 AND value BETWEEN ? AND ? ORDER BY value DESC LIMIT 1 OFFSET ?",
        (LEAST, SURE, images * CHANCE // 1000),
    ).fetchone()
    return row["value"] if row else LEAST


def pairs(project: Project, likeness: float) -> list[Row]:
    """Rows with first and second (pixel hashes), value (correlation) and turn, the most alike first.

    likeness: how much at least, in percent of the way from chance to the same picture.
    """
    limit = chance(project)
    return project.db.execute(
        "SELECT * FROM likeness WHERE value >= ? ORDER BY value DESC, first, second",
        (limit + (1 - limit) * likeness / 100,),
    ).fetchall()


def other(pair: Row, name: str) -> str:
    """The pixel hash that is paired with `name`."""
    return pair["second"] if pair["first"] == name else pair["first"]


def expected_false(found: Iterable[Row]) -> float | None:
    """The share of pairs that are expected to be alike by chance: an eighth more than those that fit turned only."""
    rows = list(found)
    turned = sum(row["turn"] > 0 and row["value"] <= SURE for row in rows)
    return min(1.0, turned * 8 / 7 / len(rows)) if rows else None
