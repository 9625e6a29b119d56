"""A map of images, on which those that look alike lie close."""

from collections.abc import Sequence

import numpy as np

from models.events import Task
from studio.imaging.features import principal_features
from studio.project import Project
from studio.project.items import items_of


def feature_map(project: Project, ids: Sequence[int]) -> Task[np.ndarray]:
    """Where items lie on a map, float32 (n, 2): along the two principal components of their features.

    An image that cannot be read any more has a row of NaN. Yields `Progress`.
    """
    components = yield from principal_features(project, items_of(project, ids))
    return components[:, :2]
