"""Images that look like those that the user chose."""

from collections.abc import Sequence

import numpy as np

from models.events import Task
from studio.imaging.features import directions, each_feature, features
from studio.project import Project
from studio.project.items import USABLE, items, items_of


def more_like(project: Project, ids: Sequence[int], n: int = 40) -> Task[list[int]]:
    """The n usable images that look most like any of the chosen ones, the likest first, without the chosen themselves.

    By the angle between EfficientNet features, in memory that does not grow with the project. Yields
    `Progress`, first while features are lacking.
    """
    chosen = yield from features(project, items_of(project, ids))
    chosen = chosen[np.isfinite(chosen[:, 0])]
    among = [item for item in items(project, USABLE) if item.id not in set(ids)]
    if not len(chosen) or not among:
        return []

    chosen = directions(chosen)
    likeness = yield from each_feature(project, among, lambda rows: (directions(rows) @ chosen.T).max(1))
    away = np.nan_to_num(-likeness, nan=np.inf)
    order = np.argsort(away, kind="stable")[:n]
    return [among[index].id for index in order if np.isfinite(away[index])]
