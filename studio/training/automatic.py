"""Automatic: short trials of the families that may suit the images, and the best one goes on."""

from contextlib import closing
from math import inf
from typing import NamedTuple

from models.best import MEASURE, best_point
from models.events import LossPoint, Notice, Task
from models.families import family_class
from models.run_log import read_log
from studio.project import Project
from studio.project.runs import find_run, run_folder
from studio.text import tr
from studio.training.freeze import DEFAULT_SIZE
from studio.training.lines import read_lines
from studio.training.train import RunStarted, TrainResult, train

TITLE = "Automatic"
SUMMARY = "Tries what may suit your images for a moment each, and goes on with what does best."
CANDIDATES = ("refined", "dcgan", "vae")
"""In the order in which they are tried; Instant has been fitted before the first of them."""
FIRST_TRIAL, SECOND_TRIAL = 0.1, 0.2
"""How far each candidate goes, and then each finalist, as a share of all minutes."""
FINALISTS = 2
FEWEST_MINUTES = 5.0
"""With less a trial says nothing, and the first candidate has all of it."""
COPIES = 0.02
"""A candidate is out when so many of its samples, beyond what unseen real images have, repeat training images."""


class Trial(NamedTuple):
    """A run so far: the `seconds` that it took, and its least KID, infinite where it was not judged or copies."""

    run: str
    seconds: float
    kid: float


def train_automatically(
    project: Project, *, size: int = DEFAULT_SIZE, minutes: float, seed: int = 0
) -> Task[TrainResult]:
    """Spend `minutes` on the family whose samples are judged best in trials; returns what became of its run.

    The weakest candidate is left behind and the others go on for longer (after successive halving, Jamieson &
    Talwalkar 2016), then the best one goes on to the end. The others stay paused, and can be resumed. Events and errors
    as those of `train`.
    """
    if minutes < FEWEST_MINUTES:
        return (yield from train(project, CANDIDATES[0], size=size, minutes=minutes, seed=seed))
    trials: dict[str, Trial] = {}
    for family in CANDIDATES:
        trial = yield from _try(
            project, train(project, family, size=size, minutes=minutes, seed=seed), FIRST_TRIAL * minutes
        )
        trials[trial.run] = trial
    finalists = sorted(trials.values(), key=_kid)[:FINALISTS]
    for finalist in finalists:
        trials[finalist.run] = yield from _try(project, train(project, resume=finalist.run), SECOND_TRIAL * minutes)
    chosen = min((trials[finalist.run] for finalist in finalists), key=_kid)
    family = tr(family_class(find_run(project, chosen.run).family).title)
    yield Notice(tr("{family} does best on these images and goes on.", family=family), "good")
    elsewhere = sum(trial.seconds for trial in trials.values()) - chosen.seconds
    return (yield from train(project, resume=chosen.run, minutes=minutes - elsewhere / 60))


def _try(project: Project, training: Task[TrainResult], minutes: float) -> Task[Trial]:
    """Let a run go on until it has taken so many minutes in all, and see how it stands."""
    run, seconds = "", 0.0
    with closing(training):
        for event in training:
            yield event
            if isinstance(event, RunStarted):
                run = event.run
            if isinstance(event, LossPoint):
                seconds = event.seconds
            if seconds >= 60 * minutes:
                break
    return Trial(run, seconds, _least_kid(project, run))


def _least_kid(project: Project, run: str) -> float:
    folder = run_folder(project, run)
    best, lines = best_point(read_log(folder).metrics), read_lines(folder)
    if best is None or MEASURE not in best.values:
        return inf
    copied_by_chance = lines.floor.get("copies", (0.0, 0.0))[1] if lines else 0.0
    return inf if best.values.get("copies", 0.0) > copied_by_chance + COPIES else best.values[MEASURE]


def _kid(trial: Trial) -> float:
    return trial.kid
