"""Images that look like those that the user chose."""

from collections.abc import Sequence

import numpy as np

from models.events import Task
from studio.imaging.features import each_feature, features
from studio.project import Project
from studio.project.items import USABLE, items, items_of


def more_like(project: Project, ids: Sequence[int], n: int = 40) -> Task[list[int]]:
    """The n usable images that look most like any of the chosen ones, the likest first, without the chosen themselves.

    By the Euclidean distance of EfficientNet features, in memory that does not grow with the project. Yields
    `Progress`, first while features are lacking.
    """
    chosen = yield from features(project, items_of(project, ids))
    chosen = chosen[np.isfinite(chosen[:, 0])]
    among = [item for item in items(project, USABLE) if item.id not in set(ids)]
    if not len(chosen) or not among:
        return []

    def distances(rows: np.ndarray) -> np.ndarray:
        products = rows @ chosen.T
        squared = (rows**2).sum(1, keepdims=True) - 2 * products + (chosen**2).sum(1)
        return np.nan_to_num(squared.min(1), nan=np.inf)

    away = yield from each_feature(project, among, distances)
    order = np.argsort(away, kind="stable")[:n]
    return [among[index].id for index in order if np.isfinite(away[index])]
