"""The hardest images: those that look least like their class."""

import numpy as np

from models.events import Task
from studio.errors import UserError
from studio.imaging.features import features
from studio.project import Project
from studio.project.items import USABLE, item, item_ids
from studio.text import tr

MOST = 1000
"""Images that are compared; of larger projects these are drawn."""
TINY = 1e-9


def hardest(project: Project, n: int, seed: int = 0) -> Task[list[int]]:
    """The ids of up to `n` usable images, the hardest first.

    An image is as hard as its nearest image of its own class is farther, in EfficientNet features, than its nearest
    one of another class. Without two classes, as its nearest image is far. Raises `UserError` without images.
    """
    ids = item_ids(project, USABLE)
    if not ids:
        raise UserError(tr("There are no images to show. Import some first."))
    drawn = np.random.default_rng(seed).permutation(len(ids))[:MOST]
    chosen = [item(project, ids[index]) for index in np.sort(drawn).tolist()]
    rows = yield from features(project, chosen)
    scores = hardness(rows, np.array([each.label or "" for each in chosen]))
    return [chosen[index].id for index in np.argsort(-scores, kind="stable")[:n].tolist()]


def hardness(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How hard each image is, (n,): from features (n, d) and labels (n,), empty where there is none.

    Rows of NaN, of images that cannot be read, are the least hard.
    """
    distances = _distances(np.nan_to_num(rows.astype(np.float64), nan=np.inf))
    labeled = labels != ""
    same = (labels[:, None] == labels[None]) & labeled[:, None]
    other = (labels[:, None] != labels[None]) & labeled[:, None] & labeled[None]
    nearest_same = np.where(same, distances, np.inf).min(1)
    nearest_other = np.where(other, distances, np.inf).min(1)
    if not np.isfinite(nearest_other).any():
        nearest_same, nearest_other = distances.min(1), np.ones(len(rows))
    known = np.isfinite(nearest_same) & np.isfinite(nearest_other)
    scores = np.full(len(rows), -np.inf)
    scores[known] = nearest_same[known] / np.maximum(nearest_other[known], TINY)
    return scores


def _distances(rows: np.ndarray) -> np.ndarray:
    """Between all pairs, (n, n); infinite to itself and to rows that are not finite."""
    finite = np.isfinite(rows).all(1)
    rows = np.where(finite[:, None], rows, 0)
    squares = (rows**2).sum(1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0))
    distances[~finite] = distances[:, ~finite] = np.inf
    np.fill_diagonal(distances, np.inf)
    return distances
