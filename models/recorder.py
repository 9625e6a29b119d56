"""What a run keeps on the disk and says on the way: curves, sample sheets, checkpoints and judgements.

A run's folder:

    run.json            what the run is
    log.jsonl           its curves
    checkpoints/        see `models.checkpoint`
    sheets/             sample sheets on latents that stay fixed, one PNG a moment
"""

from pathlib import Path
from typing import Any, Protocol, cast

import msgspec
import torch
from torch import Tensor

from models import checkpoint, run_log
from models.best import best_point, is_gain
from models.budget import Budget
from models.cadence import Cadence
from models.clock import Clock
from models.errors import CheckpointError
from models.events import Checkpoint, LossPoint, MetricPoint, Notice, Progress, SampleSheet, Task
from models.latents import draw
from models.learner import Learner, mean_losses
from models.run_config import write_config
from models.sampler import sample_bytes
from models.sheet import sheet_labels, write_sheet

JUDGED = 256
"""How many samples are judged on the way."""

STEPPED_BACK = "The newest checkpoint is damaged; training goes on from the one before it."


class Judge(Protocol):
    """Compares samples with real images, as `models.metrics` does."""

    def score(self, images: Tensor) -> Task[Any]:
        """Scores, a msgspec Struct of numbers, of uint8 (n, C, H, W)."""


class Recorder:
    """Records what a learner does into the folder of its run, each kind of record as often as is worth its time.

    best: the best judgement so far. since_best: the judgements of this session after it. checkpoint: the newest one.
    """

    def __init__(self, folder: Path, learner: Learner, budget: Budget, clock: Clock, judge: Judge | None) -> None:
        self._folder = folder
        self._learner = learner
        self._budget = budget
        self._clock = clock
        self._judge = judge
        self.best: MetricPoint | None = None
        self.since_best: list[MetricPoint] = []
        self.checkpoint: Path | None = None
        self._rolled_back_to: Path | None = None
        self._unlogged: list[dict[str, float]] = []
        self._saved_step = self._shown_step = self._judged_step = 0
        self._progress_cadence = Cadence(pause=0.2)
        self._loss_cadence = Cadence(pause=0.2, growth=1.001)
        self._sheet_cadence = Cadence(pause=1.5, growth=1.3, share=0.02)
        self._checkpoint_cadence = Cadence(pause=60.0, share=0.02)
        self._metric_cadence = Cadence(pause=10.0, growth=1.1, share=0.1)

    # Where a run begins or goes on

    def begin(self) -> None:
        """Make the folder of a new run. Raises `OSError`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_config(self._folder, self._learner.config)
        run_log.cut_back(self._folder, 0)
        self._wait(self._checkpoint_cadence, self._metric_cadence)

    def restore(self) -> Task[None]:
        """Bring the learner to the newest checkpoint, or the one before if it is damaged; begin if there is none.

        What was recorded later is forgotten. Raises `CheckpointError` when none can be read.
        """
        checkpoint.remove_leftovers(self._checkpoints)
        resumable = checkpoint.checkpoints(self._checkpoints)[-checkpoint.RESUMABLE :]
        if not resumable:
            self.begin()
            return
        try:
            facts = self._go_on_from(resumable[-1])
        except CheckpointError:
            if len(resumable) == 1:
                raise
            facts = self._go_on_from(resumable[0])
            checkpoint.remove(resumable[-1])
            yield Notice(STEPPED_BACK, "warn")
        self._clock.set(facts.seconds)
        self._wait(self._sheet_cadence, self._checkpoint_cadence, self._metric_cadence)

    def roll_back(self) -> bool:
        """Bring a learner that broke down to the newest checkpoint; False when there is none.

        When it breaks down again from there, that one was unsound already, and the one before takes its place. The
        clock goes on: the minutes given are what the user waits. Raises `CheckpointError`.
        """
        resumable = checkpoint.checkpoints(self._checkpoints)[-checkpoint.RESUMABLE :]
        if len(resumable) > 1 and resumable[-1] == self._rolled_back_to:
            checkpoint.remove(resumable.pop())
        if not resumable:
            return False
        self._take_back_to(resumable[-1])
        self._rolled_back_to = resumable[-1]
        return True

    def roll_back_to_best(self) -> bool:
        """Bring the learner to the moment that was judged best; what came later is forgotten.

        False where that moment is not kept whole, or samples were made with a later one, which must stay as they are.
        """
        steps = {checkpoint.step_of(path): path for path in checkpoint.checkpoints(self._checkpoints)}
        if self.best is None or self.best.step not in steps:
            return False
        best, later = steps[self.best.step], [path for step, path in steps.items() if step > self.best.step]
        if not checkpoint.is_whole(best) or any(checkpoint.is_pinned(path) for path in later):
            return False
        self._take_back_to(best)
        for path in later:
            checkpoint.remove(path)
        self.since_best = []
        return True

    def _take_back_to(self, path: Path) -> None:
        breakdowns = self._learner.breakdowns + 1
        self._go_on_from(path)
        self._learner.breakdowns = breakdowns
        self._unlogged = []

    def _go_on_from(self, path: Path) -> checkpoint.Facts:
        facts = self._learner.load(path)
        self.checkpoint, self._saved_step = path, facts.step
        run_log.cut_back(self._folder, facts.step)
        for sheet, step in self._sheet_steps().items():
            if step > facts.step:
                sheet.unlink()
        self._shown_step = max(self._sheet_steps().values(), default=0)
        metrics = run_log.read_log(self._folder).metrics
        self.best = best_point(metrics)
        self._judged_step = metrics[-1].step if metrics else 0
        return facts

    def _wait(self, *cadences: Cadence) -> None:
        for cadence in cadences:
            cadence.took(self._clock.seconds, self._clock.seconds)

    # What is recorded on the way

    def note(self, losses: dict[str, float]) -> None:
        """Take down the losses of the step just taken."""
        self._unlogged.append(losses)

    def report(self) -> Task[None]:
        """Whatever is due by now."""
        seconds = self._clock.seconds
        if self._loss_cadence.is_due(seconds):
            yield self._log_losses()
        if self._progress_cadence.is_due(seconds):
            self._progress_cadence.took(seconds, seconds)
            yield self._progress("Training")
        if self._sheet_cadence.is_due(seconds):
            yield from self._show()
        elif self._checkpoint_cadence.is_due(seconds):
            yield self.save()
        if self._judge and self._metric_cadence.is_due(seconds):
            yield from self._score(self._judge)

    def finish(self) -> Task[None]:
        """Whatever the last step has not had yet. The checkpoint comes before the judgement, which takes a while."""
        if self._unlogged:
            yield self._log_losses()
        if self._shown_step < self._learner.step:
            yield from self._show()
        if self._judge and self._judged_step < self._learner.step:
            yield from self._score(self._judge)

    def save(self) -> Checkpoint:
        """Write a checkpoint of this step unless there is one. Raises `BrokeDownError` or `CheckpointError`."""
        started, step = self._clock.seconds, self._learner.step
        if self._saved_step < step:
            sampling, resuming = self._learner.states()
            self.checkpoint = checkpoint.write(self._checkpoints, self._facts(), sampling, resuming)
            self._saved_step = step
            best = None if self.best is None else self.best.step
            checkpoint.prune(self._checkpoints, set(self._sheet_steps().values()), whole=best)
            self._checkpoint_cadence.took(started, self._clock.seconds)
        return Checkpoint(step, started, cast(Path, self.checkpoint))

    def _facts(self) -> checkpoint.Facts:
        return checkpoint.Facts(
            config=self._learner.config,
            step=self._learner.step,
            images_seen=self._learner.images_seen,
            seconds=self._clock.seconds,
            losses=self._learner.losses,
            breakdowns=self._learner.breakdowns,
            images_before=self._learner.images_before,
        )

    def _progress(self, what: str) -> Progress:
        return self._budget.progress(self._learner.step, self._clock.seconds, what)

    def _log_losses(self) -> LossPoint:
        seconds = self._clock.seconds
        point = LossPoint(self._learner.step, self._learner.images_seen, seconds, mean_losses(self._unlogged))
        self._unlogged = []
        run_log.append(self._folder, point)
        self._loss_cadence.took(seconds, seconds)
        return point

    def _show(self) -> Task[None]:
        """A sample sheet, and the checkpoint that it was made from."""
        started, step = self._clock.seconds, self._learner.step
        samples = self._samples(sheet_labels(self._learner.data.class_count)).permute(0, 2, 3, 1).numpy()
        path = self._sheets / f"step-{step:08d}.png"
        write_sheet(path, samples)
        saved = self.save()
        run_log.append(self._folder, run_log.SheetRecord(step, started, f"{self._sheets.name}/{path.name}"))
        self._shown_step = step
        self._sheet_cadence.took(started, self._clock.seconds)
        yield SampleSheet(step, started, samples, path)
        yield saved

    def _score(self, judge: Judge) -> Task[None]:
        started, learner = self._clock.seconds, self._learner
        scoring = judge.score(self._samples(_spread(learner.data.labels, JUDGED)))
        while True:
            try:
                next(scoring)
            except StopIteration as stop:
                scores = msgspec.structs.asdict(stop.value)
                break
            yield self._progress("Judging samples")
        n = int(scores.pop("n"))
        # Some figures are None when there are too few images, and the extractor is a name.
        figures = {name: value for name, value in scores.items() if isinstance(value, int | float)}
        point = MetricPoint(learner.step, learner.images_seen, started, n, figures)
        run_log.append(self._folder, point)
        self._judged_step = learner.step
        self._metric_cadence.took(started, self._clock.seconds)
        yield point
        if is_gain(point, self.best):
            self.best, self.since_best = point, []
            yield self.save()
        else:
            self.since_best.append(point)

    def _samples(self, labels: Tensor) -> Tensor:
        """uint8 (n, C, H, W), of latents that stay the same throughout the run."""
        family = self._learner.sampling_family
        return sample_bytes(family, draw(self._learner.config.seed, range(len(labels)), family.latent_size), labels)

    @property
    def _checkpoints(self) -> Path:
        return self._folder / checkpoint.FOLDER

    @property
    def _sheets(self) -> Path:
        return self._folder / "sheets"

    def _sheet_steps(self) -> dict[Path, int]:
        return {path: int(path.stem.removeprefix("step-")) for path in self._sheets.glob("step-*.png")}


def _spread(labels: Tensor, count: int) -> Tensor:
    """`count` labels in the proportions of the known ones of `labels`, class by class."""
    labels = labels[labels >= 0]
    positions = (torch.arange(count) * 2 + 1) * len(labels) // (2 * count)
    return labels.sort().values[positions]
