"""Relatives among the pictures of a project, looked for once after an import; checks and splits read the pairs."""

from sqlite3 import Row

import msgspec

from models.events import Task
from studio.cleaning.compare import compare
from studio.cleaning.residuals import related
from studio.imaging.small_picture import small_pictures
from studio.project import Project

CHANCE = 10
"""Pairs in 1,000 images that fit mirrored only, at whose correlation chance begins."""
LEAST = 0.6
"""Correlation below which even a few images are not called relatives."""
_KEY = "relatives"


class Looked(msgspec.Struct, frozen=True):
    """What is known of the latest look for relatives: how many pictures took part, and the correlations that pairs of
    them reached mirrored, by chance, the highest first."""

    pictures: int = 0
    by_chance: list[float] = []


def relate(project: Project) -> Task[None]:
    """Bring the table `relative` up to date. Yields `Progress`; does nothing when there is no new picture."""
    yield from compare(project)
    if _looked(project).pictures == project.db.execute("SELECT count(*) FROM small").fetchone()[0]:
        return
    names, pictures = small_pictures(project)
    found, chance = yield from related(pictures)
    rows = ((names[pair["first"]], names[pair["second"]], float(pair["value"]), int(pair["turned"])) for pair in found)
    with project.writing() as db:
        db.execute("DELETE FROM relative")
        db.executemany("INSERT INTO relative VALUES (?, ?, ?, ?)", rows)
        looked = Looked(len(names), chance.astype(float).round(3).tolist())
        project.set_setting(_KEY, msgspec.to_builtins(looked))


def relatives(project: Project, likeness: float) -> list[Row]:
    """Rows with first and second (pixel hashes of real images), value (correlation) and turned, the most alike first.

    likeness: percent of the way from chance to the same picture, as in `limit`.
    """
    there = "IN (SELECT pixel_sha256 FROM item WHERE origin = 'real')"
    return project.db.execute(  # +: not by the index of pairs, in which each image would be looked up with each other
        f"SELECT * FROM relative WHERE value >= ? AND +first {there} AND +second {there}"
        " ORDER BY value DESC, first, second",
        (limit(project, likeness),),
    ).fetchall()


def limit(project: Project, likeness: float) -> float:
    """The correlation that is `likeness` percent of the way from chance in this project to the same picture."""
    looked = _looked(project)
    rank = looked.pictures * CHANCE // 1000
    chance = looked.by_chance[rank] if rank < len(looked.by_chance) else LEAST
    chance = max(chance, LEAST)
    return chance + (1 - chance) * likeness / 100


def expected_false(project: Project, likeness: float) -> float | None:
    """The share of relatives that are expected to be so by chance: as many as fit in the two mirrored poses, in which
    no part is seen, are expected in the two that were looked for."""
    least = limit(project, likeness)
    found = len(relatives(project, likeness))
    return min(1.0, sum(value >= least for value in _looked(project).by_chance) / found) if found else None


def _looked(project: Project) -> Looked:
    return msgspec.convert(project.setting(_KEY, {}), Looked)
