"""Images in the order of their likeness to one of them."""

from collections.abc import Sequence

import numpy as np

from models.events import Task
from studio.imaging.features import each_feature, features
from studio.project import Project
from studio.project.items import items_of


def by_likeness(project: Project, chosen: int, ids: Sequence[int]) -> Task[list[int]]:
    """`chosen`, then the others of `ids` by the distance of their features from its; unreadable ones come last.

    Yields `Progress` while features are lacking.
    """
    others = [item for item in items_of(project, ids) if item.id != chosen]
    wanted = yield from features(project, items_of(project, [chosen]))
    away = yield from each_feature(project, others, lambda rows: np.linalg.norm(rows - wanted, axis=1))
    return [chosen, *(others[row].id for row in np.argsort(away, kind="stable"))]  # NaN is sorted to the end
