"""Images in the order of their likeness to one of them."""

from collections.abc import Sequence

import numpy as np

from models.events import Task
from studio.imaging.features import features
from studio.project import Project
from studio.project.items import items


def by_likeness(project: Project, chosen: int, ids: Sequence[int]) -> Task[list[int]]:
    """`ids` with `chosen` first, then by the cosine of their features to its; unreadable ones last."""
    wanted = {chosen, *ids}
    found = [item for item in items(project) if item.id in wanted]
    rows = yield from features(project, found)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    place = next(row for row, item in enumerate(found) if item.id == chosen)
    likeness = np.nan_to_num(rows @ rows[place], nan=-2.0)
    likeness[place] = 2
    return [found[row].id for row in np.argsort(-likeness, kind="stable")]
