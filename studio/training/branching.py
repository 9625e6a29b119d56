"""Runs that begin from a moment of an earlier one."""

from pathlib import Path
from typing import Any

from models import checkpoint
from models.best import best_checkpoint
from models.families import family_class
from models.families.base import FittedFamily
from models.run_config import read_config
from studio.errors import UserError
from studio.project import Project
from studio.project.runs import Moment, Plan, Run, find_run, has_checkpoint, run_folder
from studio.text import tr


def moments(project: Project, run: str) -> list[Moment]:
    """The moments of a run that are kept, the earliest first."""
    return [Moment(run, checkpoint.step_of(path)) for path in checkpoint.checkpoints(_checkpoints(project, run))]


def best_moment(project: Project, run: str) -> Moment | None:
    """The moment of a run that was judged best on the way; None when none is kept."""
    path = best_checkpoint(run_folder(project, run))
    return None if path is None else Moment(run, checkpoint.step_of(path))


def parse_moment(project: Project, text: str) -> Moment:
    """The moment that RUN@STEP names, or of RUN alone the best one. Raises `UserError`."""
    name, _, step = text.partition("@")
    run = find_run(project, name)
    if step.isdecimal():
        return Moment(run.name, int(step))
    best = best_moment(project, run.name)
    if step or best is None:
        raise _no_such_moment(project, run.name, step)
    return best


def keeps_all(project: Project, moment: Moment) -> bool:
    """Whether all networks are kept of a moment; else it is the generator alone."""
    return checkpoint.is_whole(_file(project, moment))


def can_branch(run: Run) -> bool:
    """Whether a run of its family has anything to go on from: one that is fitted at once has not."""
    return not issubclass(family_class(run.family), FittedFamily)


def branched_plan(project: Project, run: Run, minutes: float | None = None, **settings: Any) -> Plan:
    """The plan of a run that branches from another: its size, seed and settings, as they were chosen for it too.

    Raises `UserError` where a run of its family cannot branch.
    """
    if not can_branch(run):
        raise UserError(tr("{family} learns all at once: there is nothing to go on from.", family=_title(run)))
    own = read_config(run_folder(project, run.name)).settings
    minutes = run.plan.minutes if minutes is None else minutes
    return Plan(size=run.plan.size, seed=run.plan.seed, minutes=minutes, settings=own | settings)


def check_parent(project: Project, family: str, parent: Moment) -> None:
    """Raises `UserError` where no run of `family` can begin from a moment."""
    run = find_run(project, parent.run)
    if run.family != family:
        raise UserError(
            tr(
                "“{run}” is no {family}: a run can only begin from one of its own family.",
                run=run.name,
                family=tr(family_class(family).title),
            )
        )
    if not can_branch(run):
        raise UserError(tr("{family} learns all at once: there is nothing to go on from.", family=_title(run)))
    if not _file(project, parent).is_file():
        raise _no_such_moment(project, run.name, str(parent.step))


def start_of(project: Project, run: Run) -> Path | None:
    """The checkpoint that a run begins from; None when it begins from nothing, or goes on from one of its own.

    Raises `UserError` where the run that it was to begin from has been deleted meanwhile.
    """
    if run.parent is None or has_checkpoint(project, run.name):
        return None
    check_parent(project, run.family, run.parent)
    return _file(project, run.parent)


def _no_such_moment(project: Project, run: str, step: str) -> UserError:
    kept = ", ".join(str(moment.step) for moment in moments(project, run))
    return UserError(tr("“{run}” keeps no step {step}. There are: {kept}.", run=run, step=step, kept=kept or "–"))


def _title(run: Run) -> str:
    return tr(family_class(run.family).title)


def _checkpoints(project: Project, run: str) -> Path:
    return run_folder(project, run) / checkpoint.FOLDER


def _file(project: Project, moment: Moment) -> Path:
    return _checkpoints(project, moment.run) / f"step-{moment.step:08d}.safetensors"
