"""Runs a family's training: time, batches, the moving average, checkpoints, sample sheets and judgements.

A run's folder:

    run.json            what the run is
    log.jsonl           its curves
    checkpoints/        see `models.checkpoint`
    sheets/             sample sheets on latents that stay fixed, one PNG a moment
"""

import math
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec
import torch
from torch import Tensor

from models import checkpoint, run_log
from models.cadence import Cadence
from models.clock import Clock
from models.data import ImageSet, to_unit
from models.data_order import DataOrder
from models.ema import MovingAverage
from models.errors import CheckpointError, TrainingError
from models.events import Checkpoint, LossPoint, MetricPoint, Notice, Progress, SampleSheet, Task
from models.families.base import Family, FittedFamily, SteppedFamily
from models.latents import draw
from models.run_config import FILE as RUN_FILE
from models.run_config import RunConfig, build_family, read_config, write_config
from models.sampler import sample_bytes
from models.sheet import sheet_labels, write_sheet
from models.speed import choose_width
from models.state import is_finite

JUDGED = 256
RECENT_STEPS = 50
LARGEST_LOSS = 1e6

TOO_FEW = "A generator needs at least 2 images to learn from, and there are {n}: import more, or exclude fewer."
NO_BUDGET = "Say how long to train: a number of minutes or of steps."
TAKEN = "The folder “{folder}” already holds a run: resume that run, or choose another folder."
CHANGED = "The images have changed since this run began: start a new run on them."
UNWRITABLE = "The run could not be written ({reason}): free some space, then resume it."
BROKE_DOWN = (
    "Training broke down: its losses are no longer sensible numbers. "
    "The last good moment is kept; start again with half the learning rate."
)
STEPPED_BACK = "The newest checkpoint is damaged; training goes on from the one before it."


class Judge(Protocol):
    """Compares samples with real images, as `models.metrics` does."""

    def score(self, images: Tensor) -> Task[Any]:
        """Scores, a msgspec Struct of numbers, of uint8 (n, C, H, W)."""


class Budget(msgspec.Struct, frozen=True):
    """How long a run may take in all, also after it is resumed; with both limits, whichever comes first."""

    minutes: float | None = None
    steps: int | None = None

    def is_spent(self, step: int, seconds: float) -> bool:
        if self.steps is not None and step >= self.steps:
            return True
        return self.minutes is not None and seconds >= 60 * self.minutes

    def progress(self, step: int, seconds: float, what: str) -> Progress:
        """Progress in seconds where minutes are given, else in steps."""
        if self.minutes is not None:
            return Progress(min(seconds, 60 * self.minutes), 60 * self.minutes, what, "s")
        return Progress(step, self.steps or 0, what)


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
    """Of the last judgement; empty without a judge."""
    width: int | None
    """Of the networks; None for a fitted family."""
    stopped: str
    """"done" or "diverged"."""
    checkpoint: Path | None
    """The newest good one; None when training broke down before the first."""


class _BrokeDownError(Exception):
    """A loss or a weight is no longer a sensible number."""


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
    ) -> None:
        """A new run in `folder`, which need not exist. Raises `TrainingError` when it cannot begin."""
        if (folder / RUN_FILE).exists():
            raise TrainingError(TAKEN, folder=folder.name)
        config = RunConfig(
            family=family_name,
            settings=msgspec.structs.asdict(settings),
            shape=(data.shape.channels, data.shape.height, data.shape.width),
            classes=data.classes,
            images=len(data),
            seed=seed,
        )
        self._set_up(config, data, folder, budget, judge, device)

    @classmethod
    def resume(
        cls,
        folder: Path,
        data: ImageSet,
        *,
        budget: Budget,
        judge: Judge | None = None,
        device: torch.device | None = None,
    ) -> "Trainer":
        """The run in `folder`, from its newest checkpoint on. Raises `CheckpointError` or `TrainingError`."""
        config = read_config(folder)
        if (config.images, config.shape, config.classes) != (
            len(data),
            tuple(data.images.shape[1:]),
            data.classes,
        ):
            raise TrainingError(CHANGED)
        trainer = cls.__new__(cls)
        trainer._set_up(config, data, folder, budget, judge, device)
        return trainer

    def _set_up(
        self,
        config: RunConfig,
        data: ImageSet,
        folder: Path,
        budget: Budget,
        judge: Judge | None,
        device: torch.device | None,
    ) -> None:
        if len(data) < 2:
            raise TrainingError(TOO_FEW, n=len(data))
        self._device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._config, self._data, self._folder, self._budget, self._judge = (
            config,
            data,
            folder,
            budget,
            judge,
        )
        self._build()
        if isinstance(self._family, SteppedFamily) and budget == Budget():
            raise TrainingError(NO_BUDGET)
        self._order = DataOrder(config.seed, len(data))
        self._clock = Clock()
        self._step = 0
        self._images_seen = 0
        self._window: list[dict[str, float]] = []
        self._recent: deque[dict[str, float]] = deque(maxlen=RECENT_STEPS)
        self._losses: dict[str, float] = {}
        self._metrics: dict[str, float] = {}
        self._checkpoint: Path | None = None
        self._saved_step = self._shown_step = self._judged_step = 0
        self._progress_cadence = Cadence(pause=0.2)
        self._loss_cadence = Cadence(pause=0.2, growth=1.001)
        self._sheet_cadence = Cadence(pause=1.5, growth=1.3, share=0.05)
        self._checkpoint_cadence = Cadence(pause=60.0, share=0.05)
        self._metric_cadence = Cadence(pause=10.0, growth=1.1, share=0.1)

    def run(self) -> Task[TrainResult]:
        """Train until the budget is spent.

        Yields `Progress`, `LossPoint`, `MetricPoint`, `SampleSheet`, `Checkpoint` and `Notice`, at most about five of
        the first two a second. Pausing is not pulling the next event; closing keeps the last finished step in a
        checkpoint. Raises `TrainingError` or `CheckpointError`, the latter also on closing when the disk is full.
        """
        return self._clock.timed(self._run())

    def _run(self) -> Task[TrainResult]:
        stopped = "done"
        try:
            if isinstance(self._family, FittedFamily):
                yield from self._fit(self._family)
            else:
                yield from self._learn()
        except _BrokeDownError:
            stopped = "diverged"
            yield Notice(BROKE_DOWN, "warn")
        except OSError as error:
            raise TrainingError(UNWRITABLE, reason=error.strerror or error) from error
        return self._result(stopped)

    # How each kind of family learns

    def _fit(self, family: FittedFamily) -> Task[None]:
        if (self._folder / RUN_FILE).exists() and (newest := checkpoint.latest(self._checkpoints)):
            state = checkpoint.read_sampling(newest)
            with checkpoint.fitting(newest):
                family.load_state(state)
            self._go_on_from(newest)
        else:
            self._begin()
            self._losses = yield from family.fit(self._data, self._config.seed)
            self._step, self._images_seen = 1, len(self._data)
        yield from self._finish()

    def _learn(self) -> Task[None]:
        if (self._folder / RUN_FILE).exists():
            yield from self._restore()
        else:
            yield from self._settle_width()
            self._begin()
        try:
            while not self._budget.is_spent(self._step, self._clock.seconds):
                self._take_step()
                yield from self._report()
            yield from self._finish()
        except GeneratorExit:
            with suppress(_BrokeDownError):  # then the last good checkpoint stays the newest
                self._save()
            raise

    def _take_step(self) -> None:
        family = cast(SteppedFamily, self._family)
        indices = self._order.indices(self._images_seen, family.settings.batch)
        images = to_unit(self._data.images[indices].to(self._device))
        labels = self._data.labels[indices].to(self._device)
        losses = family.step(images, labels, self._step + 1, self._random(self._step + 1))
        self._step += 1
        self._images_seen += len(indices)
        self._average.update(len(indices), self._images_seen)
        self._keep({name: float(loss) for name, loss in losses.items()})

    def _keep(self, losses: dict[str, float]) -> None:
        if not all(math.isfinite(loss) and abs(loss) < LARGEST_LOSS for loss in losses.values()):
            raise _BrokeDownError
        self._window.append(losses)
        self._recent.append(losses)

    def _random(self, step: int) -> torch.Generator:
        """The chance of one step depends on the seed and the step alone, so that no random state has to be saved."""
        return torch.Generator().manual_seed(_mix(self._config.seed, step))

    # Beginning and going on

    @property
    def _checkpoints(self) -> Path:
        return self._folder / "checkpoints"

    @property
    def _sheets(self) -> Path:
        return self._folder / "sheets"

    def _build(self) -> None:
        self._family = build_family(self._config)
        self._sampling_family: Family = self._family
        if isinstance(self._family, SteppedFamily):
            averaged = cast(SteppedFamily, build_family(self._config)).to(self._device)
            self._average = MovingAverage(self._family.to(self._device).generator, averaged.generator)
            self._sampling_family = averaged

    def _settle_width(self) -> Task[None]:
        family = cast(SteppedFamily, self._family)
        width = family.width
        if not family.settings.width and self._budget.minutes is not None:
            width = yield from choose_width(family, self._data, 60 * self._budget.minutes, self._device)
        self._config = msgspec.structs.replace(self._config, settings=self._config.settings | {"width": width})
        self._build()

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        write_config(self._folder, self._config)
        run_log.cut_back(self._folder, 0)
        if isinstance(self._family, SteppedFamily):
            self._family.initialize(self._random(0))
            self._average.copy()
        self._metric_cadence.took(self._clock.seconds, self._clock.seconds)
        self._checkpoint_cadence.took(self._clock.seconds, self._clock.seconds)

    def _restore(self) -> Task[None]:
        """Go on from the newest checkpoint, or the one before if it is damaged; from the start if there is none."""
        checkpoint.remove_leftovers(self._checkpoints)
        resumable = checkpoint.checkpoints(self._checkpoints)[-checkpoint.RESUMABLE :]
        if not resumable:
            self._begin()
            return
        try:
            self._load(resumable[-1])
        except CheckpointError:
            if len(resumable) == 1:
                raise
            self._load(resumable[0])
            checkpoint.remove(resumable[-1])
            yield Notice(STEPPED_BACK, "warn")

    def _load(self, path: Path) -> None:
        sampling, resuming = checkpoint.read_sampling(path), checkpoint.read_resuming(path)
        with checkpoint.fitting(path):
            cast(SteppedFamily, self._family).load_state(resuming)
            cast(SteppedFamily, self._sampling_family).generator.load_state_dict(sampling)
        self._go_on_from(path)

    def _go_on_from(self, path: Path) -> None:
        facts = checkpoint.read_facts(path)
        self._step, self._images_seen, self._losses = facts.step, facts.images_seen, facts.losses
        self._clock.set(facts.seconds)
        self._checkpoint = path
        self._saved_step = facts.step
        run_log.cut_back(self._folder, facts.step)
        for sheet, step in self._sheet_steps().items():
            if step > facts.step:
                sheet.unlink()
        self._shown_step = max(self._sheet_steps().values(), default=0)
        if metrics := run_log.read_log(self._folder).metrics:
            self._metrics, self._judged_step = metrics[-1].values, metrics[-1].step
        for cadence in (self._sheet_cadence, self._checkpoint_cadence, self._metric_cadence):
            cadence.took(facts.seconds, facts.seconds)

    # What is said and kept on the way

    def _report(self) -> Task[None]:
        seconds = self._clock.seconds
        if self._loss_cadence.is_due(seconds):
            yield self._loss_point(seconds)
        if self._progress_cadence.is_due(seconds):
            self._progress_cadence.took(seconds, seconds)
            yield self._progress("Training")
        if self._sheet_cadence.is_due(seconds):
            yield from self._show()
        elif self._checkpoint_cadence.is_due(seconds):
            yield self._save()
        if self._judge and self._metric_cadence.is_due(seconds):
            yield from self._score(self._judge)

    def _finish(self) -> Task[None]:
        """Whatever the last step has not had yet. The checkpoint comes before the judgement, which takes a while."""
        if self._window:
            yield self._loss_point(self._clock.seconds)
        if self._shown_step < self._step:
            yield from self._show()
        if self._judge and self._judged_step < self._step:
            yield from self._score(self._judge)

    def _progress(self, what: str) -> Progress:
        return self._budget.progress(self._step, self._clock.seconds, what)

    def _loss_point(self, seconds: float) -> LossPoint:
        point = LossPoint(self._step, self._images_seen, seconds, _mean(self._window))
        self._window = []
        run_log.append(self._folder, point)
        self._loss_cadence.took(seconds, seconds)
        return point

    def _show(self) -> Task[None]:
        """A sample sheet, and the checkpoint that it was made from."""
        started = self._clock.seconds
        labels = sheet_labels(self._data.class_count)
        samples = self._samples(labels).permute(0, 2, 3, 1).numpy()
        path = self._sheets / f"step-{self._step:08d}.png"
        write_sheet(path, samples)
        saved = self._save()
        run_log.append(self._folder, run_log.SheetRecord(self._step, started, f"sheets/{path.name}"))
        self._shown_step = self._step
        self._sheet_cadence.took(started, self._clock.seconds)
        yield SampleSheet(self._step, started, samples, path)
        yield saved

    def _score(self, judge: Judge) -> Task[None]:
        started = self._clock.seconds
        samples = self._samples(_spread(self._data.labels, JUDGED))
        scoring = judge.score(samples)
        while True:
            try:
                next(scoring)
            except StopIteration as stop:
                scores = msgspec.structs.asdict(stop.value)
                break
            yield self._progress("Judging samples")
        n = int(scores.pop("n"))
        # Some figures are None when there are too few images, and the extractor is a name.
        self._metrics = {name: value for name, value in scores.items() if isinstance(value, int | float)}
        point = MetricPoint(self._step, self._images_seen, started, n, self._metrics)
        run_log.append(self._folder, point)
        self._judged_step = self._step
        self._metric_cadence.took(started, self._clock.seconds)
        yield point

    def _samples(self, labels: Tensor) -> Tensor:
        latents = draw(self._config.seed, range(len(labels)), self._sampling_family.latent_size)
        return sample_bytes(self._sampling_family, latents, labels)

    def _save(self) -> Checkpoint:
        """Write a checkpoint of this step unless there is one; raises `_BrokeDownError` if the state is broken."""
        started = self._clock.seconds
        if self._saved_step < self._step:
            sampling, resuming = self._states()
            if not (is_finite(sampling) and is_finite(resuming)):
                raise _BrokeDownError
            self._losses = _mean(list(self._recent)) or self._losses
            self._checkpoint = checkpoint.write(self._checkpoints, self._facts(), sampling, resuming)
            self._saved_step = self._step
            checkpoint.prune(self._checkpoints, set(self._sheet_steps().values()))
            self._checkpoint_cadence.took(started, self._clock.seconds)
        return Checkpoint(self._step, started, cast(Path, self._checkpoint))

    def _states(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """What sampling needs, and what going on needs besides."""
        if isinstance(self._family, SteppedFamily):
            averaged = cast(SteppedFamily, self._sampling_family)
            return averaged.generator.state_dict(), self._family.state()
        return self._family.state(), {}

    def _facts(self) -> checkpoint.Facts:
        return checkpoint.Facts(
            config=self._config,
            step=self._step,
            images_seen=self._images_seen,
            seconds=self._clock.seconds,
            losses=self._losses,
        )

    def _sheet_steps(self) -> dict[Path, int]:
        return {path: int(path.stem.removeprefix("step-")) for path in self._sheets.glob("step-*.png")}

    def _result(self, stopped: str) -> TrainResult:
        return TrainResult(
            folder=self._folder,
            family=self._config.family,
            steps=self._step,
            images_seen=self._images_seen,
            seconds=self._clock.seconds,
            losses=_mean(list(self._recent)) or self._losses,
            metrics=self._metrics,
            width=self._config.settings.get("width"),
            stopped=stopped,
            checkpoint=self._checkpoint,
        )


def _mean(losses: list[dict[str, float]]) -> dict[str, float]:
    return {name: sum(entry[name] for entry in losses) / len(losses) for name in losses[0]} if losses else {}


def _spread(labels: Tensor, count: int) -> Tensor:
    """`count` labels in the proportions of `labels`, class by class."""
    positions = (torch.arange(count) * 2 + 1) * len(labels) // (2 * count)
    return labels.sort().values[positions]


def _mix(seed: int, step: int) -> int:
    """One 64-bit seed from two numbers: the finalizer of SplitMix64 (Steele et al. 2014), so that neighbors differ."""
    word = 2**64 - 1
    mixed = (seed * 0x9E3779B97F4A7C15 + step * 0xD1B54A32D192ED03 + 0x9E3779B97F4A7C15) & word
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & word
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & word
    return mixed ^ (mixed >> 31)
