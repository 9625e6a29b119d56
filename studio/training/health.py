"""What the curves of a run show that someone should know, in words, with what to do about it."""

from collections.abc import Callable, Sequence

from models.best import MEASURE, best_point
from models.collapse import FALLEN, VARIETY
from models.families import family_class
from models.families.base import SteppedFamily
from models.learner import mean_losses
from models.run_log import RunLog
from studio.evaluating.meaning import Reading
from studio.project.runs import Run
from studio.text import tr

RECENT_LOSSES = 10
WITHOUT_GAIN = 6
"""Judgements after which a standstill is spoken of; the trainer ends a run after twice as many."""
KNOWN_PACE_AFTER = 20
"""Steps from which on the pace tells how many will fit."""


def health(run: Run, log: RunLog) -> list[Reading]:
    """What is wrong, or may go wrong, the most urgent first; nothing for a run that is well or is fitted at once."""
    family = family_class(run.family)
    if not issubclass(family, SteppedFamily):
        return []
    found = (check(run, family, log) for check in _CHECKS)
    return [reading for reading in found if reading is not None]


def _trouble(run: Run, family: type[SteppedFamily], log: RunLog) -> Reading | None:
    """What the family itself reads from its losses, from several of them: single ones jump."""
    recent = [point.losses for point in log.losses[-RECENT_LOSSES:]]
    sentence = family.trouble(mean_losses(recent)) if recent else None
    return None if sentence is None else Reading("balance", "warn", tr(sentence))


def _fewer_kinds(run: Run, family: type[SteppedFamily], log: RunLog) -> Reading | None:
    judged = [point for point in log.metrics if VARIETY in point.values]
    if len(judged) < 2:
        return None
    best, newest = max(judged, key=lambda point: point.values[VARIETY]), judged[-1]
    if newest.values[VARIETY] >= FALLEN * best.values[VARIETY]:
        return None
    sentence = tr(
        "Samples become alike: variety was {best:.2f} in minute {minute:.1f} and is {now:.2f}. The best moment is kept,"
        " and training goes back to it at half the learning rate if this lasts.",
        best=best.values[VARIETY],
        minute=best.seconds / 60,
        now=newest.values[VARIETY],
    )
    return Reading("variety", "warn", sentence)


def _standstill(run: Run, family: type[SteppedFamily], log: RunLog) -> Reading | None:
    judged = [point for point in log.metrics if MEASURE in point.values]
    best = best_point(judged)
    if best is None or len(judged) - judged.index(best) <= WITHOUT_GAIN:
        return None
    sentence = tr(
        "Nothing was gained since minute {minute:.1f}, whose moment is kept. More images help now, or a branch from it"
        " at half the learning rate; more minutes hardly.",
        minute=best.seconds / 60,
    )
    return Reading("standstill", "warn", sentence)


def _too_slow(run: Run, family: type[SteppedFamily], log: RunLog) -> Reading | None:
    """Whether too few steps fit into the minutes, said while more minutes or a smaller size can still be chosen."""
    if run.state != "running" or run.plan.minutes is None or len(log.losses) < 2:
        return None
    first, newest = log.losses[0], log.losses[-1]
    steps, seconds = newest.step - first.step, newest.seconds - first.seconds
    if steps < KNOWN_PACE_AFTER or seconds <= 0:
        return None
    fitting = newest.step + int(steps / seconds * max(0.0, 60 * run.plan.minutes - newest.seconds))
    if fitting >= family.enough_steps:
        return None
    sentence = tr(
        "At this pace about {n:,} steps fit, and {enough:,} are needed for good samples: give more minutes, or a"
        " smaller size.",
        n=fitting,
        enough=family.enough_steps,
    )
    return Reading("pace", "warn", sentence)


_CHECKS: Sequence[Callable[[Run, type[SteppedFamily], RunLog], Reading | None]] = (
    _trouble,
    _fewer_kinds,
    _standstill,
    _too_slow,
)
