"""Scores that images of older projects lack."""

from collections.abc import Iterable
from contextlib import closing

from models.events import Progress, Task
from studio.imaging.read import read_item
from studio.imaging.unreadable import Unreadable
from studio.importing.scores import scores
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import Item, items
from studio.text import tr

BATCH = 100
NEWEST = "sharpness"
"""An image that has this score has all."""


def measure(project: Project) -> Task[None]:
    """Measure the images that an older program imported. Yields `Progress`; what was measured stays when closed."""
    lacking = list(
        items(project, "origin = 'real' AND id NOT IN (SELECT item_id FROM score WHERE name = ?)", (NEWEST,))
    )
    made: list[tuple[int, dict[str, float]]] = []
    with closing(in_order(_measure, lacking)) as measured:
        for done, (item, found) in enumerate(zip(lacking, measured, strict=True), 1):
            made.append((item.id, found))
            if len(made) == BATCH or done == len(lacking):
                _keep(project, made)
                made = []
            yield Progress(done, len(lacking), tr("Measuring images"))


def _measure(item: Item) -> dict[str, float]:
    try:
        return scores(read_item(item))
    except (Unreadable, OSError):  # gone or changed since the import, which is a finding of its own
        return {}


def _keep(project: Project, made: Iterable[tuple[int, dict[str, float]]]) -> None:
    rows = [(item_id, name, value) for item_id, found in made for name, value in found.items()]
    with project.writing() as db:
        db.executemany("REPLACE INTO score VALUES (?, ?, ?)", rows)
