"""Labels suggested for images without one, by a classifier that learns from the labeled images."""

from collections.abc import Sequence

import msgspec
import numpy as np

from models.events import Task
from studio.errors import UserError
from studio.imaging.features import principal_features
from studio.labeling.classifier import best_temperature, learn, out_of_fold, tempered
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import USABLE, class_id_of, items
from studio.text import tr


class Suggestion(msgspec.Struct, frozen=True):
    """A label for an item; confidence is how probable it is, 0..1: of those at 0.8, four in five are right."""

    item: int
    label: str
    confidence: float


def suggest(project: Project) -> Task[list[Suggestion]]:
    """Suggest a label for each usable image without one that can be read, the surest first.

    Probabilities are by logistic regression on features; how sure they may be is learned by cross-validation on the
    labeled images. Nothing is changed; see `accept`. Raises `UserError` when fewer than two classes have labeled
    images.
    """
    labeled = list(items(project, f"{USABLE} AND class_id IS NOT NULL"))
    unlabeled = list(items(project, f"{USABLE} AND class_id IS NULL"))
    if not unlabeled:
        return []
    names, labels = np.unique(np.array([item.label for item in labeled], object), return_inverse=True)
    if len(names) < 2:
        raise UserError(tr("Label a few images of at least two classes first; suggestions are learned from them."))
    rows = yield from principal_features(project, [*labeled, *unlabeled])
    known, asked = np.nan_to_num(rows[: len(labeled)]), rows[len(labeled) :]
    probabilities = yield from out_of_fold(known, labels, len(names), range(len(labels)))
    temperature = best_temperature(labels, probabilities)
    readable = np.isfinite(asked[:, 0])
    found = tempered(learn(known, labels, len(names)).probabilities(asked[readable]), temperature)
    readable_items = [item for item, can_be_read in zip(unlabeled, readable, strict=True) if can_be_read]
    suggestions = [
        Suggestion(item.id, names[best], float(row[best]))
        for item, row, best in zip(readable_items, found, found.argmax(1).tolist(), strict=True)
    ]
    return sorted(suggestions, key=lambda suggestion: -suggestion.confidence)


def accept(project: Project, suggestions: Sequence[Suggestion]) -> Edit | None:
    """Give the items the labels suggested, as one undoable edit."""
    with project.writing():
        class_ids = {name: class_id_of(project, name) for name in {suggestion.label for suggestion in suggestions}}
        values = {suggestion.item: class_ids[suggestion.label] for suggestion in suggestions}
        return edit(project, "label", "class_id", values)
