"""Labels suggested for images without one, from the labeled images they look most like."""

from collections.abc import Sequence

import msgspec
import numpy as np

from models.events import Task
from studio.errors import UserError
from studio.imaging.features import features
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import USABLE, class_id_of, items
from studio.text import tr

NEIGHBORS = 5


class Suggestion(msgspec.Struct, frozen=True):
    """A label for an item; confidence is the share, 0..1, of the votes of the nearest labeled images."""

    item: int
    label: str
    confidence: float


def suggest(project: Project) -> Task[list[Suggestion]]:
    """Suggest a label for each usable image without one, the surest first, by its nearest labeled images.

    The five nearest in EfficientNet features vote, each with the inverse of its distance (Dudani 1976, simplified).
    Nothing is changed; see `accept`. Raises `UserError` when fewer than two classes have labeled images.
    """
    labeled = list(items(project, f"{USABLE} AND class_id IS NOT NULL"))
    unlabeled = list(items(project, f"{USABLE} AND class_id IS NULL"))
    if not unlabeled:
        return []
    names = np.array([item.label for item in labeled])
    if len(set(names.tolist())) < 2:
        raise UserError(tr("Label a few images of at least two classes first; suggestions are learned from them."))
    rows = yield from features(project, [*labeled, *unlabeled])
    known, asked = rows[: len(labeled)], rows[len(labeled) :]
    found = [
        _vote(item.id, names, np.linalg.norm(known - row, axis=1)) for item, row in zip(unlabeled, asked, strict=True)
    ]
    return sorted(found, key=lambda suggestion: -suggestion.confidence)


def accept(project: Project, suggestions: Sequence[Suggestion]) -> Edit | None:
    """Give the items the labels suggested, as one undoable edit."""
    with project.writing():
        class_ids = {name: class_id_of(project, name) for name in {suggestion.label for suggestion in suggestions}}
        values = {suggestion.item: class_ids[suggestion.label] for suggestion in suggestions}
        return edit(project, "label", "class_id", values)


def _vote(item_id: int, names: np.ndarray, distances: np.ndarray) -> Suggestion:
    nearest = distances.argsort()[:NEIGHBORS]
    weights = 1 / (distances[nearest] + 1e-9)
    votes = {name: weights[names[nearest] == name].sum() for name in dict.fromkeys(names[nearest].tolist())}
    best = max(votes, key=lambda name: votes[name])
    return Suggestion(item_id, best, float(votes[best] / weights.sum()))
