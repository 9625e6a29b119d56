"""Pairs of images that look alike, with the likeness at which chance begins in this project."""

from sqlite3 import Row
from typing import Annotated

import msgspec
from msgspec import Meta

from studio.project import Project

CHANCE = 10
"""Pairs in 1,000 images that fit mirrored or turned only, at whose correlation chance begins. Most are of sister parts:
on ELPV this limit finds 98% of changed copies, and less than one pair in 1,000 images that has nothing in common."""
LEAST = 0.95
"""Correlation below which even a few images are not called alike."""
_KEY = "comparison"


class Comparison(msgspec.Struct, frozen=True):
    """What is known of the latest comparison: how many pictures took part, of how many what is usual was learned, and
    the correlations of pairs that are alike by chance in a turn that nobody gave them, the highest first."""

    pictures: int = 0
    learned: int = 0
    by_chance: list[float] = []


def comparison(project: Project) -> Comparison:
    return msgspec.convert(project.setting(_KEY, {}), Comparison)


def set_comparison(project: Project, made: Comparison) -> None:
    project.set_setting(_KEY, msgspec.to_builtins(made))


class LikenessSettings(msgspec.Struct, frozen=True):
    likeness: Annotated[
        float,
        Meta(
            title="Above chance",
            description=(
                "0 % is what unrelated images of this project reach by chance, 100 % the same picture."
                " Less finds more, and more that is not a copy."
            ),
            ge=-50,
            le=95,
            extra={"unit": "%", "step": 5},
        ),
    ] = 0.0


def limit(project: Project, likeness: float) -> float:
    """The correlation that is `likeness` percent of the way from chance in this project to the same picture."""
    compared = comparison(project)
    rank = compared.pictures * CHANCE // 1000
    chance = compared.by_chance[rank] if rank < len(compared.by_chance) else LEAST
    chance = max(chance, LEAST)
    return chance + (1 - chance) * likeness / 100


def pairs(project: Project, likeness: float) -> list[Row]:
    """Rows with first and second (pixel hashes), value (correlation) and turn, the most alike first."""
    return project.db.execute(
        "SELECT * FROM likeness WHERE value >= ? ORDER BY value DESC, first, second", (limit(project, likeness),)
    ).fetchall()


def other(pair: Row, name: str) -> str:
    """The pixel hash that is paired with `name`."""
    return pair["second"] if pair["first"] == name else pair["first"]


def expected_false(project: Project, likeness: float) -> float | None:
    """The share of pairs that are expected to be alike by chance, of which one in eight happens to be upright."""
    least = limit(project, likeness)
    found = project.db.execute("SELECT count(*) FROM likeness WHERE value >= ?", (least,)).fetchone()[0]
    false = sum(value >= least for value in comparison(project).by_chance) * 8 / 7
    return min(1.0, false / found) if found else None
