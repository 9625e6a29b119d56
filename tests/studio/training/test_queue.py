"""Planned runs wait in the project, in an order that can be changed."""

import pytest

from studio.project import Project
from studio.project.runs import Moment, Plan
from studio.training.planned import PlannedRun
from studio.training.queue import dequeue, enqueue, move, queued


def planned(family, **facts):
    return PlannedRun(family, Plan(size=64, minutes=20.0, settings={"width": 8}), **facts)


def families(project):
    return [waiting.family for waiting in queued(project)]


def test_runs_wait_in_order_which_can_be_changed_and_survive_a_restart(tmp_path):
    with Project.create(tmp_path / "cells") as project:
        enqueue(project, planned("dcgan", parent=Moment("dcgan-1", 300)))
        enqueue(project, planned("vae"))
        enqueue(project, planned("automatic"))
        move(project, 2, -1)
        assert families(project) == ["dcgan", "automatic", "vae"]
        move(project, 0, -1)
        move(project, 2, 1)
        assert families(project) == ["dcgan", "automatic", "vae"]
    with Project.open(tmp_path / "cells") as project:
        assert dequeue(project) == planned("dcgan", parent=Moment("dcgan-1", 300))
        assert dequeue(project, 1).family == "vae"
        assert families(project) == ["automatic"]
        with pytest.raises(IndexError):
            dequeue(project, 5)
