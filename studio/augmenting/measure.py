"""What a chain leaves of the user's images, measured on some of them: is the class still recognized, is the labeled
defect still there, does anything change at all."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from models.events import Progress, Task
from studio.augmenting.chain import Chain
from studio.augmenting.defect_bank import marked_items, pastes_defects
from studio.augmenting.defect_loss import Healed, healed_images, lost_share
from studio.augmenting.guardrails import enabled_steps
from studio.augmenting.operation import Defect
from studio.augmenting.preview import read_defects
from studio.augmenting.recognition import NEIGHBORS, Recognition
from studio.augmenting.steps import Step
from studio.errors import UserError
from studio.imaging.common import common_normalization
from studio.imaging.features import features
from studio.project import Project
from studio.project.items import USABLE, Item, item, item_ids
from studio.text import tr

SIZE = 128
REFERENCES = 600
"""Images among which a variant's nearest are looked for."""
WEAK = 0.5
"""Mean change, in gray levels of 255, below which nothing is seen."""
TOO_MANY_LOST = 0.05
TOO_FEW_KEPT = 0.1
"""Shares of draws: of lost defects, and of images no longer recognized, from which on it is said."""
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

    def cautions(self) -> list[str]:
        """What is wrong, with figures, the worst first."""
        found = []
        if self.loses_defect:
            found.append(tr("The labeled defect is lost in {n} of 100 draws.", n=round(100 * (self.lost or 0))))
        if self.is_weak:
            found.append(tr("Too weak to be seen: {change:.1f} of 255 gray levels change.", change=self.change))
        return [*found, self._recognition()] if self.fades else found

    def notes(self) -> list[str]:
        """The figures that are as they should be."""
        return [] if self.fades else [self._recognition()]

    def _recognition(self) -> str:
        kept, before = round(100 * self.kept), round(100 * self.before)
        if not self.by_class:
            if self.fades:
                return tr("Strong: only {n} of 100 draws still look most like their own image.", n=kept)
            return tr("{n} of 100 draws still look most like their own image.", n=kept)
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
    bench = _Bench(
        Recognition(references, known, normalization),
        healed_images(project, normalization, seed),
        read_defects(marked_items(project), normalization) if pastes_defects(chain) else [],
    )
    trials = list(_trials(chain))
    measured = []
    for done, (place, trial) in enumerate(trials):
        yield Progress(done, len(trials), tr("trying the steps"))
        measured.append(_judge(place, trial, bench, seed))
    return measured


def _trials(chain: Chain) -> Iterator[tuple[tuple[int, ...], Chain]]:
    """The whole chain, then each step alone, always applied."""
    yield (), chain
    for place, step in enabled_steps(chain):
        always = msgspec.structs.replace(step.operation, probability=1.0)
        yield place, msgspec.structs.replace(chain, steps=(Step(always),))


class _Bench(NamedTuple):
    """What trials are made on: images to recognize, images with a defect, and defects for putting on others."""

    recognition: Recognition
    healed: Sequence[Healed]
    bank: Sequence[Defect]


def _judge(place: tuple[int, ...], trial: Chain, bench: _Bench, seed: int) -> Measured:
    images, before = bench.recognition.images, bench.recognition.before
    variants = trial.batch(images, seed, defects=bench.bank)
    kept = bench.recognition.recognized(variants)
    return Measured(
        place=place,
        change=float(np.abs(variants.astype(np.float32) - images).mean()),
        kept=float(kept.mean()),
        before=float(before.mean()),
        fades=_fades(before, kept) if bench.recognition.by_class else bool(kept.mean() < 0.5),
        by_class=bench.recognition.by_class,
        draws=len(variants),
        lost=lost_share(trial, bench.healed, seed) if bench.healed else None,
    )


def _fades(before: np.ndarray, kept: np.ndarray) -> bool:
    """Whether so much less is kept that chance would do it in one of twenty cases at most (McNemar's test)."""
    worse, better = int((before & ~kept).sum()), int((kept & ~before).sum())
    return worse - better > max(TOO_FEW_KEPT * len(kept), CERTAIN * (worse + better) ** 0.5)


def _drawn(project: Project, n: int, seed: int) -> list[Item]:
    ids = item_ids(project, USABLE)
    drawn = np.random.default_rng(seed).permutation(len(ids))[:n]
    return [item(project, ids[index]) for index in drawn.tolist()]
