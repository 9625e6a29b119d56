"""Automatic: short trials of the families that may suit the images, and the best one goes on."""

import math
from collections.abc import Sequence
from contextlib import closing

import msgspec

from models.best import MEASURE, best_point
from models.events import LossPoint, Notice, Task
from models.families import family_class
from models.run_log import read_log
from studio.evaluating.meaning import formatted
from studio.project import Project
from studio.project.items import USABLE, count
from studio.project.runs import Run, find_run, recommend, run_folder
from studio.text import tr
from studio.training.freeze import DEFAULT_SIZE, TRAINING
from studio.training.lines import instant_run, read_lines
from studio.training.train import RunStarted, TrainResult, train
from studio.training.trials import Trial, Trials, write_trials

TITLE = "Automatic"
SUMMARY = "Tries what may suit your images for a moment each, and goes on with what does best."
FIRST = "refined"
"""What is tried first, and has all the minutes where they are few; Instant has been fitted before."""
TRIALS = 0.3
"""Share of all minutes for the first trials together; the better half of the candidates goes on for twice as long."""
FEWEST_MINUTES = 5.0
"""With less a trial says nothing."""
MANY_MINUTES = 20.0
"""From which on families are tried that take their time."""
MOST_MINUTES = 60.0
LARGE = 128  # pixels
FEW = 2_000  # images
COPIES = 0.02
"""A candidate is out when so many of its samples, beyond what unseen real images have, repeat training images."""


def candidates(images: int, size: int, minutes: float) -> tuple[str, ...]:
    """The families that may suit so many training images of `size` px in so many minutes, the likeliest first."""
    if minutes < FEWEST_MINUTES:
        return (FIRST,)
    chosen = [FIRST, "fastgan" if size >= LARGE and images < FEW else "dcgan", "vae"]
    if minutes >= MANY_MINUTES:
        chosen.append("r3gan")
    if minutes >= MOST_MINUTES and size < LARGE:
        chosen.append("pixel_flow")
    return tuple(chosen)


def train_automatically(
    project: Project, *, size: int = DEFAULT_SIZE, minutes: float, seed: int = 0
) -> Task[TrainResult]:
    """Spend `minutes` on the family whose samples are judged best in trials; returns what became of the best run.

    The weaker half of the candidates is left behind and the others go on for twice as long, until one of two goes on to
    the end (successive halving, Jamieson & Talwalkar 2016). The others stay paused, and can be resumed. Where Instant
    is still better in the end, it is its result that is returned, and its run that later stages begin with.
    Yields `Trials` besides the events of `train`; errors as those of it.
    """
    families = candidates(count(project, f"{USABLE} AND {TRAINING}"), size, minutes)
    if len(families) == 1:
        result = yield from train(project, families[0], size=size, minutes=minutes, seed=seed)
    else:
        result = yield from _train_best(project, families, size, minutes, seed)
    return (yield from _compare_with_instant(project, result))


def _train_best(project: Project, families: Sequence[str], size: int, minutes: float, seed: int) -> Task[TrainResult]:
    trials: dict[str, Trial] = {}
    share = TRIALS * minutes / len(families)
    for family in families:
        trial = yield from _try(project, train(project, family, size=size, minutes=minutes, seed=seed), share)
        trials[trial.run] = trial
    left = len(trials)
    while left > 2:
        left, share = math.ceil(left / 2), 2 * share
        for survivor in sorted(trials.values(), key=_rank)[:left]:
            trials[survivor.run] = yield from _try(project, train(project, resume=survivor.run), share)
    chosen = min(trials.values(), key=_rank)
    yield from _tell(project, chosen, list(trials.values()))
    elsewhere = sum(trial.seconds for trial in trials.values()) - chosen.seconds
    return (yield from train(project, resume=chosen.run, minutes=minutes - elsewhere / 60))


def _tell(project: Project, chosen: Trial, tried: list[Trial]) -> Task[None]:
    """Say which run goes on, and keep what was tried with it."""
    instant = _instant_trial(project, find_run(project, chosen.run).version)
    trials = Trials((*([] if instant is None else [instant]), *sorted(tried, key=_rank)), chosen.run)
    write_trials(run_folder(project, chosen.run), trials)
    yield trials
    family = tr(family_class(chosen.family).title)
    yield Notice(tr("{family} does best on these images and goes on.", family=family), "good")


def _instant_trial(project: Project, version: str) -> Trial | None:
    run = instant_run(project, version)
    if run is None:
        return None
    assert run.result is not None
    return Trial(run.name, run.family, run.result["seconds"], *_judged(project, run))


def _compare_with_instant(project: Project, result: TrainResult) -> Task[TrainResult]:
    """The result of Instant where it is better still, which is said and remembered; else the one given."""
    instant = _instant_trial(project, result.version)
    ended = Trial(result.run, result.family, result.seconds, *_judged(project, find_run(project, result.run)))
    if instant is None or instant.rank >= ended.rank:
        return result
    values = {"family": tr(family_class(result.family).title), "instant": formatted(MEASURE, instant.kid)}
    if ended.copies or ended.kid is None:
        yield Notice(tr("Instant is the better choice: what {family} makes cannot be used.", **values), "warn")
    else:
        yield Notice(
            tr(
                "Instant is still better than {family} (KID {instant} against {kid}): use Instant, or train longer.",
                kid=formatted(MEASURE, ended.kid),
                **values,
            ),
            "warn",
        )
    recommend(project, instant.run)
    return msgspec.convert(find_run(project, instant.run).result, TrainResult)


def _try(project: Project, training: Task[TrainResult], minutes: float) -> Task[Trial]:
    """Let a run go on until it has taken so many minutes in all, and see how it stands."""
    name, seconds = "", 0.0
    with closing(training):
        for event in training:
            yield event
            if isinstance(event, RunStarted):
                name = event.run
            if isinstance(event, LossPoint):
                seconds = event.seconds
            if seconds >= 60 * minutes:
                break
    run = find_run(project, name)
    return Trial(run.name, run.family, seconds, *_judged(project, run))


def _judged(project: Project, run: Run) -> tuple[float | None, bool]:
    """The least KID of a run so far, and whether the samples that had it repeat training images."""
    folder = run_folder(project, run.name)
    best, lines = best_point(read_log(folder).metrics), read_lines(folder)
    if best is None or MEASURE not in best.values:
        return None, False
    copied_by_chance = lines.floor.get("copies", (0.0, 0.0))[1] if lines else 0.0
    return best.values[MEASURE], best.values.get("copies", 0.0) > copied_by_chance + COPIES


def _rank(trial: Trial) -> float:
    return trial.rank
