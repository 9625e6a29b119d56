"""All pictures of a project compared with each other, once after an import; checks read the pairs."""

from collections.abc import Iterable
from contextlib import closing
from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from models.events import Progress, Task
from studio.cleaning.likeness import SIDE, alike, by_chance
from studio.cleaning.pairs import Comparison, comparison, set_comparison
from studio.imaging.thumbnails import Thumbnails
from studio.imaging.unreadable import Unreadable
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import Item, items
from studio.text import tr

BATCH = 500

_LACKING = (
    "origin = 'real' AND pixel_sha256 NOT IN (SELECT pixel_sha256 FROM small)"
    " AND id IN (SELECT min(id) FROM item WHERE origin = 'real' GROUP BY pixel_sha256)"
)


def compare(project: Project) -> Task[None]:
    """Bring the table `likeness` up to date. Yields `Progress`; does nothing when there is no new picture."""
    yield from _look(project)
    names = [row[0] for row in project.db.execute("SELECT pixel_sha256 FROM small ORDER BY pixel_sha256")]
    if comparison(project).pictures == len(names):
        return
    pixels = project.db.execute("SELECT pixels FROM small ORDER BY pixel_sha256")
    pictures = np.frombuffer(b"".join(row[0] for row in pixels), np.uint8).reshape(-1, SIDE, SIDE)
    pairs = yield from alike(pictures)
    _remember(project, names, pairs)


def small_picture(jpeg: bytes) -> bytes:
    """A thumbnail as `SIDE` x `SIDE` gray pixels, stretched to a square."""
    with Pillow.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.draft("L", (2 * SIDE, 2 * SIDE))
        return picture.convert("L").resize((SIDE, SIDE), Pillow.Resampling.LANCZOS).tobytes()


def _look(project: Project) -> Task[None]:
    """Make the small pictures that are lacking. Thumbnails are at hand from the import."""
    lacking = list(items(project, _LACKING))
    made: list[tuple[str, bytes]] = []
    with Thumbnails(project) as thumbnails:

        def look(item: Item) -> tuple[str, bytes] | None:
            try:
                return item.pixel_sha256, small_picture(thumbnails.get(item))
            except (Unreadable, OSError):  # gone or changed since the import, which is a finding of its own
                return None

        with closing(in_order(look, lacking)) as looks:
            for done, each in enumerate(looks, 1):
                made += [each] if each else []
                if len(made) == BATCH or done == len(lacking):
                    _keep(project, made)
                    made = []
                yield Progress(done, len(lacking), tr("Looking at each image"))


def _keep(project: Project, made: Iterable[tuple[str, bytes]]) -> None:
    with project.writing() as db:
        db.executemany("REPLACE INTO small VALUES (?, ?)", made)


def _remember(project: Project, names: list[str], pairs: np.ndarray) -> None:
    rows = ((names[pair["first"]], names[pair["second"]], float(pair["value"]), int(pair["turn"])) for pair in pairs)
    with project.writing() as db:
        db.execute("DELETE FROM likeness")
        db.executemany("INSERT INTO likeness VALUES (?, ?, ?, ?)", rows)
        chance = np.sort(by_chance(pairs))[::-1].round(3)
        set_comparison(project, Comparison(len(names), chance.astype(float).tolist()))
