"""Whether images are still taken for what they are, by the features of their nearest neighbors in the project."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from studio.errors import UserError
from studio.imaging.normalize import Normalization, normalize
from studio.imaging.read import read_item
from studio.imaging.unreadable import Unreadable
from studio.project.items import Item
from studio.text import tr

SAMPLE = 64
"""Images that are varied."""
NEIGHBORS = 5
BETTER_THAN_GUESSING = 0.15
"""Share by which neighbors must tell classes better than the most frequent class would."""


class Recognition:
    """A sample of images, uint8 (N, H, W, C), and the references among which variants of them look for neighbors.

    by_class: whether `recognized` asks for the class; where neighbors hardly tell classes, it asks for the own image.
    before: what `recognized` says of the images as they are.
    """

    def __init__(self, references: Sequence[Item], known: np.ndarray, normalization: Normalization) -> None:
        """known: the features of the references (n, D). Raises `UserError` when none of the images can be read."""
        from models.metrics.features import EfficientNetLite0Features

        self._extract = EfficientNetLite0Features()
        self._known = known.copy()
        self._labels = np.array([each.label or "" for each in references])
        readable = [
            (index, pixels)
            for index in _sample(references)
            if (pixels := _read(references[index], normalization)) is not None
        ]
        if not readable:
            raise UserError(tr("None of the images can be read. Check that their folder or drive is connected."))
        self._own = np.array([index for index, _ in readable])
        self.images = np.stack([pixels for _, pixels in readable])
        self._known[self._own] = self._features(self.images)  # as their variants: thumbnails are a little different
        self.by_class = self._can_tell_classes()
        self.before = self.recognized(self.images)

    def recognized(self, images: np.ndarray) -> np.ndarray:
        """Whether each of the images (N, H, W, C), made from the sample in its order, is taken for what it is: (N,)."""
        distances = self._distances(images)
        return self._class_is_right(distances) if self.by_class else distances.argmin(1) == self._own

    def _can_tell_classes(self) -> bool:
        """Whether neighbors are right clearly more often than if they always named the most frequent class."""
        labels = self._labels[self._own]
        if "" in labels or len(set(labels.tolist())) < 2:
            return False
        guessed = max(Counter(labels.tolist()).values()) / len(labels)
        return bool(self._class_is_right(self._distances(self.images)).mean() > guessed + BETTER_THAN_GUESSING)

    def _class_is_right(self, distances: np.ndarray) -> np.ndarray:
        distances = np.where(self._labels == "", np.inf, distances)
        distances[np.arange(len(distances)), self._own] = np.inf
        nearest = self._labels[np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBORS]]
        return (nearest == self._labels[self._own][:, None]).sum(1) > NEIGHBORS // 2

    def _distances(self, images: np.ndarray) -> np.ndarray:
        import torch

        looked_at, known = torch.from_numpy(self._features(images)), torch.from_numpy(self._known)
        distances = torch.cdist(looked_at, known, compute_mode="donot_use_mm_for_euclid_dist")
        return np.nan_to_num(distances.numpy(), nan=np.inf)

    def _features(self, images: np.ndarray) -> np.ndarray:
        import torch

        return self._extract(torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))).numpy()


def _sample(references: Sequence[Item]) -> list[int]:
    """Indices of `SAMPLE` references, as many of each class as there are."""
    turns: dict[str | None, int] = {}
    ranked = []
    for index, each in enumerate(references):
        turns[each.label] = turns.get(each.label, 0) + 1
        ranked.append((turns[each.label], index))
    return [index for _, index in sorted(ranked)[:SAMPLE]]


def _read(chosen: Item, normalization: Normalization) -> np.ndarray | None:
    """None for an image that cannot be read any more, which is a finding of its own in Clean."""
    try:
        return normalize(read_item(chosen), normalization)
    except (Unreadable, OSError):
        return None
