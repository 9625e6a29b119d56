"""Training a generator on a project: the version it learns from, its judge, the run and what is kept of it."""

from typing import Any

import msgspec

from models.budget import Budget
from models.errors import TrainingError
from models.events import Event, Notice, Task
from models.families import FAMILIES, family_class
from models.families.base import FittedFamily
from models.metrics import Judge
from models.run_config import FILE as RUN_FILE
from models.settings import with_values
from models.trainer import NO_BUDGET, Trainer
from studio.errors import UserError
from studio.labeling.leaks import unanswered_leaks
from studio.project import Project
from studio.project.runs import (
    Moment,
    Plan,
    Run,
    add_run,
    find_run,
    has_checkpoint,
    recommend,
    remove_run,
    run_folder,
    set_plan,
    set_state,
)
from studio.project.versions import Version, find_version, keep_version
from studio.text import tr, trn
from studio.training.branching import check_parent, start_of
from studio.training.dataset import Dataset, open_dataset
from studio.training.freeze import DEFAULT_SIZE, check_trainable, current_version, split_if_needed
from studio.training.implied import usual_settings
from studio.training.judging import open_judge
from studio.training.lines import Lines, find_lines, instant_line, write_lines


class RunStarted(Event, frozen=True):
    """The events that follow belong to this run."""

    run: str
    family: str


class TrainResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has come to. `state` is done or diverged; see `models.trainer.TrainResult` for the figures."""

    run: str
    family: str
    version: str
    state: str
    steps: int
    images_seen: int
    seconds: float
    losses: dict[str, float]
    metrics: dict[str, float]
    lines: Lines


def train(
    project: Project,
    family: str = "instant",
    *,
    size: int = DEFAULT_SIZE,
    settings: dict[str, Any] | None = None,
    minutes: float | None = None,
    steps: int | None = None,
    seed: int = 0,
    resume: str | None = None,
    parent: Moment | None = None,
) -> Task[TrainResult]:
    """Train a family on the project's images as they stand, or go on with the run `resume`.

    parent: the moment of another run of the family that this one begins with, as far as its layers fit.

    minutes, steps: how long in all, also after resuming; a resumed run keeps its own unless others are given.
    Yields the trainer's events, `RunStarted` before those of each run, `Lines`, and `Notice`. Where the version has no
    Instant run yet, one is made first: seconds, samples at once, and the line for every other family.
    Closing leaves the run paused at its last finished step, or no run when it had not reached one.
    Raises `UserError`, `SettingsError` or `ModelError` before anything is written where it can be known by then.
    """
    if resume is not None:
        run = _continued(project, resume, minutes, steps)
        return (yield from _resume(project, run))
    plan = Plan(size=size, seed=seed, minutes=minutes, steps=steps, settings=settings or {})
    _check(family, plan)
    if parent is not None:
        check_parent(project, family, parent)
    check_trainable(project, size)
    yield from _split(project)
    yield from _say_if_leaking(project)
    version = current_version(project, size, family_class(family).uses_unlabeled)
    yield from _say_if_unlabeled(version)
    dataset = yield from open_dataset(project, version)
    keep_version(project, version)
    judge = yield from open_judge(project, version, dataset)
    if family != "instant" and not instant_line(project, version.name):
        yield Notice(tr("Instant goes first: it takes seconds and sets the line to beat."))
        instant = add_run(project, "instant", version.name, Plan(size=size, seed=seed))
        yield from _carry_out(project, instant, dataset, judge)
    run = add_run(project, family, version.name, plan, parent)
    return (yield from _carry_out(project, run, dataset, judge))


def _check(family: str, plan: Plan) -> None:
    if family not in FAMILIES:
        raise UserError(tr("There is no family “{name}”. There are: {known}.", name=family, known=", ".join(FAMILIES)))
    chosen = family_class(family)
    with_values(chosen.Settings(), plan.settings)
    if plan.minutes is None and plan.steps is None and not issubclass(chosen, FittedFamily):
        raise TrainingError(NO_BUDGET)


def _split(project: Project) -> Task[None]:
    if made := (yield from split_if_needed(project)):
        test = project.db.execute("SELECT count(*) FROM item WHERE split = 'test'").fetchone()[0]
        yield Notice(
            trn(
                "{n} of {all} images was held out, to judge by; change it in Label.",
                "{n} of {all} images were held out, to judge by; change it in Label.",
                test,
                all=f"{made.count:,}",
            )
        )


def _say_if_leaking(project: Project) -> Task[None]:
    leaks = unanswered_leaks(project)
    if leaks.pairs:
        yield Notice(f"{leaks.text} {tr('Split again by relatives in Label.')}", "warn")


def _say_if_unlabeled(version: Version) -> Task[None]:
    if not 0 < version.unlabeled < len(version.train):
        return
    if version.classes:
        yield Notice(
            trn(
                "{n} training image has no label, and is learned from all the same.",
                "{n} training images have no label, and are learned from all the same.",
                version.unlabeled,
            )
        )
        return
    yield Notice(
        trn(
            "{n} training image has no label, so the generator learns all as one kind. Label it to choose classes.",
            "{n} training images have no label, so the generator learns all as one kind. Label them to choose classes.",
            version.unlabeled,
        ),
        "warn",
    )


def _continued(project: Project, name: str, minutes: float | None, steps: int | None) -> Run:
    """The run to go on with, its plan brought up to the new totals."""
    run = find_run(project, name)
    if run.state == "running":
        raise UserError(tr("The run “{name}” is still going.", name=name))
    if minutes is not None or steps is not None:
        run = msgspec.structs.replace(run, plan=msgspec.structs.replace(run.plan, minutes=minutes, steps=steps))
    return run


def _resume(project: Project, run: Run) -> Task[TrainResult]:
    version = find_version(project, run.version)
    dataset = yield from open_dataset(project, version)
    judge = yield from open_judge(project, version, dataset)
    set_plan(project, run.name, run.plan)
    set_state(project, run.name, "running")
    return (yield from _carry_out(project, run, dataset, judge))


def _carry_out(project: Project, run: Run, dataset: Dataset, judge: Judge) -> Task[TrainResult]:
    """Train a run to its end; however that comes, the project says afterwards how it stands."""
    folder = run_folder(project, run.name)
    try:
        yield RunStarted(run.name, run.family)
        compared = yield from find_lines(project, run.version, judge, dataset.originals)
        write_lines(folder, compared)
        yield compared
        outcome = yield from _trainer(project, run, dataset, judge).run()
    except BaseException:
        _leave(project, run)
        raise
    result = TrainResult(
        run=run.name,
        family=run.family,
        version=run.version,
        state=outcome.stopped,
        steps=outcome.steps,
        images_seen=outcome.images_seen,
        seconds=outcome.seconds,
        losses=outcome.losses,
        metrics=outcome.metrics,
        lines=compared,
    )
    set_state(project, run.name, result.state, msgspec.to_builtins(result))
    recommend(project, run.name)
    return result


def _trainer(project: Project, run: Run, dataset: Dataset, judge: Judge) -> Trainer:
    folder, start = run_folder(project, run.name), start_of(project, run)
    budget = Budget(run.plan.minutes, run.plan.steps)
    if (folder / RUN_FILE).exists():
        return Trainer.resume(folder, dataset.train, budget=budget, judge=judge, start=start)
    settings = with_values(usual_settings(project, run.family), run.plan.settings)
    seed = run.plan.seed
    return Trainer(run.family, settings, dataset.train, folder, budget=budget, seed=seed, judge=judge, start=start)


def _leave(project: Project, run: Run) -> None:
    """Leave a run where it stopped; one that has nothing to go on from is forgotten."""
    if has_checkpoint(project, run.name):
        set_state(project, run.name, "paused")
    else:
        remove_run(project, run.name)
