"""Runs have names of their own, and what was training when the program died can go on."""

import pytest

from studio.errors import UserError
from studio.project import Project
from studio.project.runs import Plan, add_run, find_run, remove_run, run_folder, runs, set_state, usable_runs

PLAN = Plan(size=32, seed=7, minutes=1.5, settings={"width": 16})


def test_a_run_is_found_as_it_was_planned(project):
    add_run(project, "dcgan", "0123456789ab", PLAN)
    set_state(project, "dcgan-1", "done", {"steps": 3})
    found = find_run(project, "dcgan-1")
    assert (found.family, found.version, found.plan) == ("dcgan", "0123456789ab", PLAN)
    assert (found.state, found.result) == ("done", {"steps": 3})


def test_every_run_of_a_family_has_another_name(project):
    names = [add_run(project, family, "v", PLAN).name for family in ("vae", "dcgan", "vae")]
    assert names == ["vae-1", "dcgan-1", "vae-2"]
    assert [run.name for run in runs(project)] == names


def test_an_unknown_run_is_answered_with_the_known_ones(project):
    with pytest.raises(UserError, match="train a generator first"):
        find_run(project, "dcgan-1")
    add_run(project, "vae", "v", PLAN)
    with pytest.raises(UserError, match="There are: vae-1"):
        find_run(project, "dcgan-1")


def test_what_was_running_when_the_program_ended_can_go_on(tmp_path):
    with Project.create(tmp_path / "cells") as project:
        add_run(project, "dcgan", "v", PLAN)
    with Project.open(tmp_path / "cells") as project:
        assert find_run(project, "dcgan-1").state == "paused"


def test_a_run_can_be_sampled_from_its_first_checkpoint_on(project):
    add_run(project, "dcgan", "v", PLAN)
    assert usable_runs(project) == []
    checkpoints = run_folder(project, "dcgan-1") / "checkpoints"
    checkpoints.mkdir(parents=True)
    (checkpoints / "step-00000010.json").touch()
    assert [run.name for run in usable_runs(project)] == ["dcgan-1"]
    remove_run(project, "dcgan-1")
    assert runs(project) == [] and not checkpoints.exists()
