"""Trains a family on images, from the beginning of a run or from where it was left."""

import os
from contextlib import suppress
from pathlib import Path

import msgspec
import torch

from models.budget import Budget
from models.clock import Clock
from models.collapse import has_collapsed
from models.data import ImageSet
from models.device import best_device, with_threads
from models.errors import TrainingError
from models.events import Notice, Task
from models.families.base import SteppedFamily
from models.learner import BrokeDownError, FittedLearner, Learner, SteppedLearner, build_learner
from models.machine_faults import machine_faults
from models.recorder import Judge, Recorder
from models.run_config import FILE as RUN_FILE
from models.run_config import RunConfig, build_family, find_family, read_config
from models.settling import settle, usable_device

TOO_FEW = "A generator needs at least 2 images to learn from, and there are {n}: import more, or exclude fewer."
EMPTY_CLASS = "No image of “{name}” can be learned from. Add some or remove the class."
NO_BUDGET = "Say how long to train: a number of minutes or of steps."
TAKEN = "The folder “{folder}” already holds a run: resume that run, or choose another folder."
CHANGED = "The images have changed since this run began: start a new run on them."
BROKE_DOWN = (
    "Training broke down: its losses are no longer sensible numbers. "
    "The last good moment is kept; start again with half the learning rate."
)
ROLLED_BACK = (
    "Training broke down: its losses were no longer sensible numbers. "
    "It goes on from the last good moment with half the learning rate."
)
TAKEN_BACK = (
    "Samples have become alike, or the networks no longer learn from each other. "
    "Training goes on from the best moment with half the learning rate."
)
COLLAPSED = (
    "Samples became worse again and again, so training ended early. The best moment is kept: "
    "more images help, or another family."
)
STALLED = "Nothing was gained for a long while, so training ended early. The best moment is kept."
ROLLBACKS = 2
"""How often training is taken back after breaking down or collapsing; after that it will not work as it is set."""
PATIENCE = 12
"""Judgements without a gain after which training ends: as each takes longer to come, two thirds of the run."""


class TrainResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has come to."""

    folder: Path
    family: str
    steps: int
    images_seen: int
    seconds: float
    """Of work; pauses do not count."""
    losses: dict[str, float]
    """Mean of the last 50 steps; for a fitted family, what its fit found."""
    metrics: dict[str, float]
    """Of the best judgement, see `models.best`; empty without a judge."""
    width: int | None
    """Of the networks; None for a fitted family."""
    stopped: str
    """"done" or "diverged"."""
    checkpoint: Path | None
    """The newest good one; None when training broke down before the first."""


class Trainer:
    """One run of one family on one set of images. `run` may be called once."""

    def __init__(
        self,
        family_name: str,
        settings: msgspec.Struct,
        data: ImageSet,
        folder: Path,
        *,
        budget: Budget,
        seed: int = 0,
        judge: Judge | None = None,
        device: torch.device | None = None,
        start: Path | None = None,
    ) -> None:
        """A new run in `folder`, which need not exist. Raises `TrainingError` when it cannot begin.

        start: a checkpoint of another run of the family, which it begins with as far as its layers fit.
        """
        if (folder / RUN_FILE).exists():
            raise TrainingError(TAKEN, folder=folder.name)
        data = find_family(family_name).usable(data)
        _check(data)
        config = RunConfig(
            family=family_name,
            settings=msgspec.structs.asdict(settings),
            shape=(data.shape.channels, data.shape.height, data.shape.width),
            classes=data.classes,
            fingerprint=data.fingerprint(),
            seed=seed,
        )
        self._set_up(config, data, folder, budget, judge, device, start)

    @classmethod
    def resume(
        cls,
        folder: Path,
        data: ImageSet,
        *,
        budget: Budget,
        judge: Judge | None = None,
        device: torch.device | None = None,
        start: Path | None = None,
    ) -> "Trainer":
        """The run in `folder`, from its newest checkpoint on, or where it has none, from `start`.

        Raises `CheckpointError` or `TrainingError`.
        """
        config = read_config(folder)
        data = find_family(config.family).usable(data)
        if (config.classes, config.fingerprint) != (data.classes, data.fingerprint()):
            raise TrainingError(CHANGED)
        trainer = cls.__new__(cls)
        trainer._set_up(config, data, folder, budget, judge, device, start)
        return trainer

    def _set_up(
        self,
        config: RunConfig,
        data: ImageSet,
        folder: Path,
        budget: Budget,
        judge: Judge | None,
        device: torch.device | None,
        start: Path | None,
    ) -> None:
        self._family = build_family(config)
        if isinstance(self._family, SteppedFamily) and budget == Budget():
            raise TrainingError(NO_BUDGET)
        self._config = config
        self._data = data
        self._folder = folder
        self._budget = budget
        self._judge = judge
        self._device = device or best_device()
        self._start = start
        self._clock = Clock()

    def run(self) -> Task[TrainResult]:
        """Train until the budget is spent.

        Yields `Progress`, `LossPoint`, `MetricPoint`, `SampleSheet`, `Checkpoint` and `Notice`, at most about five of
        the first two a second. Pausing is not pulling the next event; closing keeps the last finished step in a
        checkpoint. Raises `TrainingError` or `CheckpointError`, the latter also on closing when the disk is full.
        """
        return self._clock.timed(self._run())

    def _run(self) -> Task[TrainResult]:
        with machine_faults():
            is_new = not (self._folder / RUN_FILE).exists()
            if isinstance(self._family, SteppedFamily):
                self._device = yield from usable_device(self._family, self._data, self._device)
                if is_new:
                    self._config = yield from settle(self._config, self._family, self._data, self._budget, self._device)
            learner = build_learner(self._config, self._data, self._device)
            recorder = Recorder(self._folder, learner, self._budget, self._clock, self._judge)
            if is_new:
                recorder.begin()
            else:
                yield from recorder.restore()
            stopped = yield from self._train(learner, recorder)
        return self._result(learner, recorder, stopped)

    def _train(self, learner: FittedLearner | SteppedLearner, recorder: Recorder) -> Task[str]:
        """Learn what is left to learn; returns how that ended."""
        try:
            while True:
                try:
                    yield from self._learn(learner, recorder)
                    return "done"
                except BrokeDownError:
                    if learner.breakdowns == ROLLBACKS or not recorder.roll_back():
                        yield Notice(BROKE_DOWN, "warn")
                        return "diverged"
                    yield Notice(ROLLED_BACK, "warn")
        except GeneratorExit:
            with suppress(BrokeDownError):  # then the last good checkpoint stays the newest
                recorder.save()
            raise

    def _learn(self, learner: FittedLearner | SteppedLearner, recorder: Recorder) -> Task[None]:
        if isinstance(learner, SteppedLearner):
            if not learner.step:
                yield from learner.prepare(self._start)
            yield from self._take_steps(learner, recorder)
        elif not learner.step:
            yield from learner.fit()
        yield from recorder.finish()

    def _take_steps(self, learner: SteppedLearner, recorder: Recorder) -> Task[None]:
        threads = min(self._config.compute.threads, os.cpu_count() or 1)
        while not self._budget.is_spent(learner.step, self._clock.seconds):
            if len(recorder.since_best) == PATIENCE:
                yield Notice(STALLED)
                return
            if has_collapsed(recorder.best, recorder.since_best, learner.is_in_trouble):
                if learner.breakdowns == ROLLBACKS:
                    yield Notice(COLLAPSED, "warn")
                    return
                if recorder.roll_back_to_best():
                    yield Notice(TAKEN_BACK, "warn")
            with with_threads(threads):
                losses = learner.take_step()
            recorder.note(losses)
            yield from recorder.report()

    def _result(self, learner: Learner, recorder: Recorder, stopped: str) -> TrainResult:
        return TrainResult(
            folder=self._folder,
            family=self._config.family,
            steps=learner.step,
            images_seen=learner.images_seen,
            seconds=self._clock.seconds,
            losses=learner.losses,
            metrics=recorder.best.values if recorder.best else {},
            width=self._config.settings.get("width"),
            stopped=stopped,
            checkpoint=recorder.checkpoint,
        )


def _check(data: ImageSet) -> None:
    """Raise `TrainingError` where there is nothing to learn, of all images or of one class."""
    if len(data) < 2:
        raise TrainingError(TOO_FEW, n=len(data))
    for label, name in enumerate(data.classes):
        if not (data.labels == label).any():
            raise TrainingError(EMPTY_CLASS, name=name)
