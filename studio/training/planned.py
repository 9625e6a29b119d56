"""A run that is yet to begin."""

import msgspec

from models.events import Task
from studio.project import Project
from studio.project.runs import Moment, Plan
from studio.training import AUTOMATIC
from studio.training.automatic import train_automatically
from studio.training.train import TrainResult, train


class PlannedRun(msgspec.Struct, frozen=True):
    """What is to learn, `AUTOMATIC` or one of `models.families.FAMILIES`, and how; `parent` is where it begins."""

    family: str
    plan: Plan
    parent: Moment | None = None


def carry_out(project: Project, planned: PlannedRun) -> Task[TrainResult]:
    """Begin and finish a run. Events and errors as those of `train`."""
    plan = planned.plan
    if planned.family == AUTOMATIC:
        assert plan.minutes is not None
        return train_automatically(project, size=plan.size, minutes=plan.minutes, seed=plan.seed)
    return train(
        project,
        planned.family,
        size=plan.size,
        settings=plan.settings,
        minutes=plan.minutes,
        steps=plan.steps,
        seed=plan.seed,
        parent=planned.parent,
    )
