"""Relatives among the pictures of a project, looked for once after an import; checks and splits read the pairs."""

from sqlite3 import Row

import msgspec

from models.events import Task
from studio.cleaning.compare import compare
from studio.cleaning.residual_view import ResidualView
from studio.cleaning.residuals import Related, related
from studio.imaging.small_picture import small_pictures
from studio.project import Project

CHANCE = 10
"""Pairs in 1,000 images that fit mirrored only, at whose correlation chance begins."""
LEAST = 0.6
"""Correlation below which even a few images are not called relatives."""
_KEY = "relatives"


class Looked(msgspec.Struct, frozen=True):
    """What is known of the latest look for relatives: how many pictures took part, of how many what is usual was
    learned, and the correlations that pairs of them reached mirrored, by chance, the highest first."""

    pictures: int = 0
    learned: int = 0
    by_chance: list[float] = []


def relate(project: Project) -> Task[None]:
    """Bring the table `relative` up to date. Yields `Progress`; does nothing when there is no new picture.

    Relatives are looked for of the new pictures only, until there are twice as many as what is usual was learned from.
    """
    yield from compare(project)
    before = _looked(project)
    count = project.db.execute("SELECT count(*) FROM small").fetchone()[0]
    if before.pictures == count:
        return
    view = _learned(project)
    if view is None or count >= 2 * before.learned:
        before, view = Looked(learned=count), None
    names, pictures = small_pictures(project)
    found = yield from related(pictures, before.pictures, view)
    chance = sorted([*before.by_chance, *found.chance.astype(float).round(3).tolist()], reverse=True)
    _remember(project, Looked(count, before.learned, chance), names, found, afresh=view is None)


def _remember(project: Project, looked: Looked, names: list[str], found: Related, afresh: bool) -> None:
    pairs = found.pairs.tolist()
    rows = ((names[first], names[second], value, int(turned)) for first, second, value, turned in pairs)
    with project.writing() as db:
        if afresh:
            db.execute("DELETE FROM relative")
            db.execute("DELETE FROM learned WHERE name = ?", (_KEY,))
        if afresh and found.view:
            db.execute("INSERT INTO learned VALUES (?, ?)", (_KEY, found.view.encode()))
        db.executemany("REPLACE INTO relative VALUES (?, ?, ?, ?)", rows)
        project.set_setting(_KEY, msgspec.to_builtins(looked))


def _learned(project: Project) -> ResidualView | None:
    row = project.db.execute("SELECT arrays FROM learned WHERE name = ?", (_KEY,)).fetchone()
    return ResidualView.decode(row[0]) if row else None


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
