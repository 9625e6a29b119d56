"""What a chain leaves of the user's images, measured on some of them: is the class still recognized, is the labeled
defect still there, does anything change at all."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from PIL import Image as Pillow

from models.events import Progress, Task
from studio.augmenting.chain import Chain
from studio.augmenting.guardrails import enabled_steps
from studio.augmenting.steps import Step
from studio.errors import UserError
from studio.imaging.common import common_normalization
from studio.imaging.features import features
from studio.imaging.image import Image
from studio.imaging.normalize import Normalization, normalize
from studio.imaging.read import read_item
from studio.imaging.unreadable import Unreadable
from studio.project import Project
from studio.project.items import USABLE, Item, item, item_ids
from studio.project.regions import mask_of, regions
from studio.text import tr

SIZE = 128
SAMPLE, REFERENCES = 64, 600
"""Images that are varied, and images among which a variant's nearest are looked for."""
DEFECTS, DEFECT_DRAWS = 16, 8
NEIGHBORS = 5
WEAK = 0.5
"""Mean change, in gray levels of 255, below which nothing is seen."""
LEFT = 0.25
"""Share of a defect's contrast below which it counts as lost."""
TOO_MANY_LOST = 0.05
TOO_FEW_KEPT = 0.1
"""Shares of draws: of lost defects, and of images no longer recognized, from which on it is said."""
BETTER_THAN_GUESSING = 0.15
"""Share by which neighbors must tell classes better than the most frequent class would."""
CERTAIN = 1.645
"""Standard deviations of a one-sided 5% test."""


class Measured(msgspec.Struct, frozen=True):
    """What the step at `place` does, always applied; an empty place is the whole chain as it is.

    change: mean difference in gray levels of 255. kept: share of draws, 0..1, whose class is recognized by their
    nearest neighbors; before: the same of the images as they are. Where that is hardly more than guessing (`by_class`
    false), both are the share whose nearest neighbor is their own image. fades: significantly fewer classes are
    recognized, or most draws look more like another image than like their own. lost: share of draws in which the
    labeled defect is gone, None without any.
    """

    place: tuple[int, ...]
    change: float
    kept: float
    before: float
    fades: bool
    by_class: bool
    draws: int
    lost: float | None = None

    @property
    def is_weak(self) -> bool:
        return self.change < WEAK

    @property
    def loses_defect(self) -> bool:
        return self.lost is not None and self.lost > TOO_MANY_LOST

    @property
    def is_fine(self) -> bool:
        return not (self.is_weak or self.fades or self.loses_defect)

    def sentences(self) -> list[str]:
        """The figures and what they mean, the worst first."""
        found = []
        if self.loses_defect:
            found.append(tr("The labeled defect is lost in {n} of 100 draws.", n=round(100 * (self.lost or 0))))
        if self.is_weak:
            found.append(tr("Too weak to be seen: {change:.1f} of 255 gray levels change.", change=self.change))
        found.append(self._recognition())
        return found

    def _recognition(self) -> str:
        kept, before = round(100 * self.kept), round(100 * self.before)
        if not self.by_class:
            if self.fades:
                return tr("Too strong: only {n} of 100 draws still look like their own image.", n=kept)
            return tr("{n} of 100 draws still look like their own image.", n=kept)
        if self.fades:
            return tr("Too strong: class recognized in {n} of 100 draws, {before} as they are.", n=kept, before=before)
        return tr("Class recognized in {n} of 100 draws, {before} as they are.", n=kept, before=before)


def measure(project: Project, chain: Chain, seed: int = 0) -> Task[list[Measured]]:
    """Vary a sample of the usable images by the whole chain and by each of its steps alone.

    Yields `Progress`. Raises `UserError` when there are too few images.
    """
    references = _drawn(project, REFERENCES, seed)
    if len(references) <= NEIGHBORS:
        raise UserError(tr("There are too few images to measure on: {n} are needed.", n=NEIGHBORS + 1))
    known = yield from features(project, references)
    normalization = common_normalization(project, SIZE)
    look = _Look(_sample(references), references, known, normalization)
    defects = _defects(project, normalization, seed)
    trials = list(_trials(chain))
    measured = []
    for done, (place, trial) in enumerate(trials):
        yield Progress(done, len(trials), tr("trying the steps"))
        measured.append(_judge(place, trial, look, defects, seed))
    return measured


def _trials(chain: Chain) -> Iterator[tuple[tuple[int, ...], Chain]]:
    """The whole chain, then each step alone, always applied."""
    yield (), chain
    for place, step in enabled_steps(chain):
        always = msgspec.structs.replace(step.operation, probability=1.0)
        yield place, msgspec.structs.replace(chain, steps=(Step(always),))


def _judge(place: tuple[int, ...], trial: Chain, look: "_Look", defects: Sequence["_Defect"], seed: int) -> Measured:
    variants = trial.batch(look.images, seed)
    kept, before = look.recognized(variants), look.before
    return Measured(
        place=place,
        change=float(np.abs(variants.astype(np.float32) - look.images).mean()),
        kept=float(kept.mean()),
        before=float(before.mean()),
        fades=_fades(before, kept) if look.by_class else bool(kept.mean() < 0.5),
        by_class=look.by_class,
        draws=len(variants),
        lost=_lost(trial, defects, seed) if defects else None,
    )


def _fades(before: np.ndarray, kept: np.ndarray) -> bool:
    """Whether so much less is kept that chance would do it in one of twenty cases at most (McNemar's test)."""
    worse, better = int((before & ~kept).sum()), int((kept & ~before).sum())
    return worse - better > max(TOO_FEW_KEPT * len(kept), CERTAIN * (worse + better) ** 0.5)


# Recognition


class _Look:
    """Recognizes images by the features of their nearest neighbors among the references."""

    def __init__(
        self, sample: Sequence[int], references: Sequence[Item], known: np.ndarray, normalization: Normalization
    ) -> None:
        from models.metrics.features import EfficientNetLite0Features

        self._extract = EfficientNetLite0Features()
        self._known = known
        self._labels = np.array([each.label or "" for each in references])
        readable = [
            (index, pixels) for index in sample if (pixels := _read(references[index], normalization)) is not None
        ]
        if not readable:
            raise UserError(tr("None of the images can be read. Check that their folder or drive is connected."))
        self._own = np.array([index for index, _ in readable])
        self.images = np.stack([pixels for _, pixels in readable])
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

        rows = self._extract(torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))).numpy()
        distances = np.linalg.norm(self._known[None] - rows[:, None], axis=2)
        return np.where(np.isnan(distances), np.inf, distances)


def _drawn(project: Project, n: int, seed: int) -> list[Item]:
    ids = item_ids(project, USABLE)
    drawn = np.random.default_rng(seed).permutation(len(ids))[:n]
    return [item(project, ids[index]) for index in drawn.tolist()]


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


# Defects


class _Defect(NamedTuple):
    """An image, and the same without what is marked in it, uint8 (H, W, C)."""

    image: np.ndarray
    healed: np.ndarray


def _defects(project: Project, normalization: Normalization, seed: int) -> list[_Defect]:
    ids = item_ids(project, USABLE)
    marked = regions(project, ids)
    drawn = np.random.default_rng(seed).permutation(sorted(marked))[:DEFECTS].tolist()
    found = []
    for item_id in drawn:
        chosen = item(project, item_id)
        image = _read(chosen, normalization)
        if image is not None:
            mask = mask_of(marked[item_id], chosen.height, chosen.width)
            shape = normalize(Image(mask, 8), msgspec.structs.replace(normalization, mode="gray"))[..., 0] > 127
            found.append(_Defect(image, _healed(image, shape)))
    return [defect for defect in found if (defect.image != defect.healed).any()]


def _healed(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The image with the median of what surrounds the mask in its place."""
    from PIL import ImageFilter

    grown = np.asarray(Pillow.fromarray(mask).convert("L").filter(ImageFilter.MaxFilter(9))) > 0
    around = image[grown & ~mask]
    healed = image.copy()
    if len(around):
        healed[mask] = np.median(around, 0)
    return healed


def _lost(trial: Chain, defects: Sequence[_Defect], seed: int) -> float:
    """The share of draws after which less than `LEFT` remains of what the defect changes in its image.

    Both images are varied alike, so what is cropped, covered or blurred away no longer differs between them.
    """
    lost = []
    for number, (image, healed) in enumerate(defects):
        there = _difference(image, healed)
        for draw in range(DEFECT_DRAWS):
            own_seed = int(np.random.SeedSequence([seed, number, draw]).generate_state(1)[0])
            lost.append(_difference(trial(image, own_seed), trial(healed, own_seed)) < LEFT * there)
    return float(np.mean(lost))


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first.astype(np.float32) - second).sum())
