"""All pictures of a project compared with each other, once after an import; checks read the pairs."""

from collections.abc import Iterator

import numpy as np
from PIL import Image as Pillow

from models.events import Progress, Task
from studio.cleaning.crops import crops
from studio.cleaning.likeness import alike, by_chance
from studio.cleaning.pair_records import PAIR, best_turn
from studio.cleaning.pairs import Comparison, comparison, set_comparison
from studio.cleaning.usual import learn
from studio.cleaning.windows import gray
from studio.imaging.small_picture import small_pictures
from studio.imaging.thumbnails import Thumbnails
from studio.imaging.unreadable import Unreadable
from studio.project import Project
from studio.project.items import items
from studio.text import tr

WRITTEN = 5000
"""Pairs that are kept at once."""


def compare(project: Project) -> Task[None]:
    """Bring the table `likeness` up to date. Yields `Progress`; does nothing when there is no new picture.

    New pictures are compared with all, not all with all again, until they have become as many as there were: what is
    usual in the set is then another.
    """
    counted = project.db.execute("SELECT count(*), sum(compared) FROM small").fetchone()
    pictures, known = counted[0], counted[1] or 0
    if pictures == known:
        return
    if pictures >= 2 * comparison(project).learned:
        known = 0
    names, pixels = small_pictures(project)
    pairs = yield from _pairs(project, names, pixels, since=known)
    yield from _remember(project, names, pairs, afresh=not known)


def _pairs(project: Project, names: list[str], pictures: np.ndarray, since: int) -> Task[np.ndarray]:
    """Pictures that look alike, as they are most so; those before place `since` are not compared with each other."""
    usual = yield from learn(pictures)
    if usual is None:
        return np.empty(0, PAIR)
    pairs = yield from alike(pictures, usual, since)
    with Thumbnails(project) as thumbnails:

        def thumbnail(place: int) -> Pillow.Image:
            try:
                shown = items(project, "origin = 'real' AND pixel_sha256 = ?", (names[place],))
                return gray(thumbnails.get(next(shown)))
            except (StopIteration, Unreadable, OSError):  # gone since it was looked at
                return Pillow.fromarray(pictures[place])

        cropped = yield from crops(pictures, usual, thumbnail, since)
    return best_turn(np.concatenate([pairs, cropped]))


def _remember(project: Project, names: list[str], pairs: np.ndarray, afresh: bool) -> Task[None]:
    """Keep pairs in steps; until the last one, the pictures count as not compared."""
    if afresh:
        with project.writing() as db:
            db.execute("DELETE FROM likeness")
            db.execute("UPDATE small SET compared = 0 WHERE compared")
    for start in range(0, len(pairs), WRITTEN):
        yield Progress(start, len(pairs), tr("Comparing all images"))
        with project.writing() as db:
            db.executemany("REPLACE INTO likeness VALUES (?, ?, ?, ?)", _rows(names, pairs[start : start + WRITTEN]))
    chance = _highest_by_chance(project, names)
    learned = len(names) if afresh else comparison(project).learned
    with project.writing() as db:
        db.execute("UPDATE small SET compared = 1 WHERE NOT compared")
        set_comparison(project, Comparison(len(names), learned, chance))


def _rows(names: list[str], pairs: np.ndarray) -> Iterator[tuple[str, str, float, int]]:
    return ((names[first], names[second], value, turn) for first, second, value, turn in pairs.tolist())


def _highest_by_chance(project: Project, names: list[str]) -> list[float]:
    """The correlations that `Comparison` keeps: as many as a tenth of the pictures."""
    places = {name: place for place, name in enumerate(names)}
    rows = project.db.execute("SELECT first, second, value, turn FROM likeness").fetchall()
    pairs = np.array([(places[row[0]], places[row[1]], row[2], row[3]) for row in rows], PAIR)
    chance = np.sort(by_chance(pairs))[::-1][: 1 + len(names) // 10]
    return chance.astype(float).round(4).tolist()
