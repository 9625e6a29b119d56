"""Runs that are planned for after the one that learns; kept with the project."""

import msgspec

from studio.project import Project
from studio.training.planned import PlannedRun

SETTING = "queue"


def queued(project: Project) -> list[PlannedRun]:
    """The planned runs, the next one first."""
    return msgspec.convert(project.setting(SETTING, []), list[PlannedRun])


def enqueue(project: Project, planned: PlannedRun) -> None:
    """Plan a run for after all others."""
    _keep(project, [*queued(project), planned])


def dequeue(project: Project, place: int = 0) -> PlannedRun:
    """Take a run out of the queue, the next one or the one at another place. Raises `IndexError`."""
    waiting = queued(project)
    taken = waiting.pop(place)
    _keep(project, waiting)
    return taken


def move(project: Project, place: int, by: int) -> None:
    """Let a run change places with a neighbor, -1 the one before and 1 the one after; at an end nothing happens."""
    waiting = queued(project)
    other = place + by
    if 0 <= other < len(waiting):
        waiting[place], waiting[other] = waiting[other], waiting[place]
        _keep(project, waiting)


def _keep(project: Project, waiting: list[PlannedRun]) -> None:
    project.set_setting(SETTING, msgspec.to_builtins(waiting))
