from collections.abc import Iterator
from sqlite3 import Row
from typing import Annotated

import numpy as np
from msgspec import Meta

from models.events import Event, Task
from studio.cleaning.check import Effort, Finding
from studio.cleaning.listing import listed
from studio.cleaning.unusual import Unusual, UnusualSettings
from studio.imaging.features import principal_features
from studio.imaging.neighbors import nearest
from studio.project import Project
from studio.project.items import Item, item_ids
from studio.project.revisions import revisions
from studio.text import tr

NEIGHBORS = 10
"""Those whose mean distance counts: a strange image may be there a few times."""
FEWEST = 50
"""Images among which the ten nearest are a small part."""
TINY = 1e-3
"""The distance of copies."""
_SCORE = "isolation"
_KEY = "isolated"


class OutlierSettings(UnusualSettings, frozen=True):
    deviation: Annotated[
        float,
        Meta(
            title="Beyond usual",
            description=(
                "How much farther than usual from the images most like it, in standard deviations of this project's"
                " images, an image is found."
            ),
            ge=2,
            le=10,
            extra={"unit": "×", "step": 0.5},
        ),
    ] = 3.0


class Outlier(Unusual):
    """Images that look like hardly any other: far, in features of a network, from the ten nearest on the mean."""

    name = "outlier"
    title = "Outliers"
    summary = "Images that look like hardly any other here: the wrong part, a hand in the picture, a rare defect."
    effort = Effort.MOST
    Settings = OutlierSettings
    settings: OutlierSettings
    by_eye = True

    def find(self, project: Project) -> Iterator[Finding | Event]:
        yield from isolate(project)
        yield from super().find(project)

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = project.db.execute(
            "SELECT id, path, value AS distance FROM item JOIN score ON item_id = id"
            " WHERE name = ? AND origin = 'real' ORDER BY id",
            (_SCORE,),
        ).fetchall()
        return rows, np.log(np.array([row["distance"] for row in rows]))

    def reason(self, row: Row, usual: Row) -> str:
        times = row["distance"] / usual["distance"]
        return tr("{times:.1f} times as far from the images most like it as is usual here.", times=times)


def isolate(project: Project) -> Task[None]:
    """Keep how far, in features, each image is from the ten nearest, as a score. Yields `Progress`; does nothing
    when there is no new image."""
    state = revisions(project, ["images"])
    if project.setting(_KEY) == state:
        return
    chosen = yield from listed(project, item_ids(project, "origin = 'real'"))
    rows = (yield from _isolated(project, chosen)) if len(chosen) >= FEWEST else []
    with project.writing() as db:
        db.execute("DELETE FROM score WHERE name = ?", (_SCORE,))
        db.executemany("INSERT INTO score VALUES (?, ?, ?)", rows)
        project.set_setting(_KEY, state)


def _isolated(project: Project, chosen: list[Item]) -> Task[list[tuple[int, str, float]]]:
    """The scores of those that can be read."""
    components = yield from principal_features(project, chosen)
    readable = np.flatnonzero(np.isfinite(components[:, 0]))
    if len(readable) < FEWEST:
        return []
    _, distances = yield from nearest(components[readable], NEIGHBORS)
    means = distances.mean(1).clip(TINY).tolist()
    return [(chosen[index].id, _SCORE, distance) for index, distance in zip(readable, means, strict=True)]
