"""All pictures of a project compared with each other, once after an import; checks read the pairs."""

from collections.abc import Iterable, Iterator
from contextlib import closing

import numpy as np
from PIL import Image as Pillow

from models.events import Progress, Task
from studio.cleaning.crops import crops
from studio.cleaning.likeness import alike, by_chance
from studio.cleaning.pair_records import PAIR, best_turn
from studio.cleaning.pairs import Comparison, comparison, set_comparison
from studio.cleaning.view import SIDE
from studio.cleaning.windows import gray, small_picture
from studio.imaging.thumbnails import Thumbnails
from studio.imaging.unreadable import Unreadable
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import Item, items, items_in_turn
from studio.text import tr

LOOKS, WRITTEN = 500, 5000
"""Small pictures, and pairs of them, that are kept at once."""

_LACKING = (  # by the indices, for the rows of small pictures are long
    "SELECT min(id) FROM item WHERE origin = 'real' AND pixel_sha256 IN"
    " (SELECT pixel_sha256 FROM item EXCEPT SELECT pixel_sha256 FROM small) GROUP BY pixel_sha256 ORDER BY min(id)"
)


def compare(project: Project) -> Task[None]:
    """Bring the table `likeness` up to date. Yields `Progress`; does nothing when there is no new picture.

    New pictures are compared with all, not all with all again, until they have become as many as there were: what is
    usual in the set is then another.
    """
    yield from _look(project)
    new = [row[0] for row in project.db.execute("SELECT pixel_sha256 FROM small WHERE NOT compared")]
    if not new:
        return
    known = [row[0] for row in project.db.execute("SELECT pixel_sha256 FROM small WHERE compared")]
    if len(known) + len(new) >= 2 * comparison(project).learned:
        known, new = [], known + new
    names = known + new
    pairs = yield from _pairs(project, names, since=len(known))
    yield from _remember(project, names, pairs, afresh=not known)


def _look(project: Project) -> Task[None]:
    """Make the small pictures that are lacking. Thumbnails are at hand from the import."""
    lacking = [row[0] for row in project.db.execute(_LACKING)]
    made: list[tuple[str, bytes]] = []
    with Thumbnails(project) as thumbnails:

        def look(item: Item) -> tuple[str, bytes] | None:
            try:
                return item.pixel_sha256, small_picture(thumbnails.get(item)).tobytes()
            except (Unreadable, OSError):  # gone or changed since the import, which is a finding of its own
                return None

        with closing(in_order(look, items_in_turn(project, lacking))) as looks:
            for done, each in enumerate(looks, 1):
                made += [each] if each else []
                if len(made) == LOOKS or done == len(lacking):
                    _keep(project, made)
                    made = []
                yield Progress(done, len(lacking), tr("Looking at each image"))


def _keep(project: Project, made: Iterable[tuple[str, bytes]]) -> None:
    with project.writing() as db:
        db.executemany("REPLACE INTO small VALUES (?, 0, ?)", made)


def _pictures(project: Project, names: list[str]) -> np.ndarray:
    pictures = np.empty((len(names), SIDE, SIDE), np.uint8)
    places = {name: place for place, name in enumerate(names)}
    for name, pixels in project.db.execute("SELECT pixel_sha256, pixels FROM small"):
        pictures[places[name]] = np.frombuffer(pixels, np.uint8).reshape(SIDE, SIDE)
    return pictures


def _pairs(project: Project, names: list[str], since: int) -> Task[np.ndarray]:
    """Pictures that look alike, as they are most so."""
    pictures = _pictures(project, names)
    pairs = yield from alike(pictures, since)
    with Thumbnails(project) as thumbnails:

        def thumbnail(place: int) -> Pillow.Image:
            try:
                shown = items(project, "origin = 'real' AND pixel_sha256 = ?", (names[place],))
                return gray(thumbnails.get(next(shown)))
            except (StopIteration, Unreadable, OSError):  # gone since it was looked at
                return Pillow.fromarray(pictures[place])

        cropped = yield from crops(pictures, thumbnail, since)
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
