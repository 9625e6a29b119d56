"""The rail says where each stage stands, and when something upstream changed."""

import pytest

from models.events import finish
from studio.augmenting import PRESETS, set_project_chain
from studio.cleaning import apply, scan
from studio.evaluating.evaluate import evaluate
from studio.project.edits import edit, undo
from studio.project.items import count, items
from studio.stages import STAGES, StageState, stage_states
from studio.synthesizing.synthesize import synthesize
from studio.training.train import train


def test_a_new_project_needs_images(project):
    states = stage_states(project)
    assert tuple(states) == STAGES
    assert {state.state for state in states.values()} == {"empty"}
    assert states["train"].note == "needs images" and states["evaluate"].note == "needs a finished run"


def test_images_make_the_next_stages_ready(cells):
    states = stage_states(cells)
    assert states["import"] == StageState("done", "60 images")
    assert states["label"] == StageState("done", "all labeled")
    assert states["augment"] == StageState("ready", "no steps")
    assert (states["train"].state, states["evaluate"].state) == ("ready", "empty")
    first = next(items(cells)).id
    edit(cells, "exclude", "decision", {first: "exclude"})
    assert stage_states(cells)["clean"] == StageState("stale", "not checked since")
    found = finish(scan(cells))
    apply(cells, found)
    left = {each.item for each in found} - {item.id for item in items(cells, "decision IS NOT NULL")}
    if left:  # what is for the eye is not set aside by itself
        assert stage_states(cells)["clean"].note.startswith(f"{len(left)} image")
        edit(cells, "keep", "decision", dict.fromkeys(left, "keep"))
    aside = count(cells, "decision = 'exclude'")
    assert stage_states(cells)["clean"] == StageState("done", f"{aside} set aside")
    edit(cells, "label", "class_id", {first + 1: None})
    assert stage_states(cells)["label"] == StageState("ready", "1 without a label")


def test_the_way_from_training_to_samples(trained):
    states = stage_states(trained)
    assert states["train"] == StageState("done", "1 run")
    assert (states["evaluate"].state, states["synthesize"].state) == ("ready", "ready")
    finish(evaluate(trained, "instant-1", n=8))
    finish(synthesize(trained, "instant-1", 8))
    states = stage_states(trained)
    assert states["evaluate"] == StageState("done", "1 run judged")
    assert states["synthesize"] == StageState("done", "8 samples")


@pytest.mark.parametrize("change", ["exclude", "chain"])
def test_training_is_stale_once_its_data_changed_and_no_more_when_that_is_undone(trained, change):
    if change == "exclude":
        edit(trained, "exclude", "decision", {1: "exclude"})
        assert stage_states(trained)["train"] == StageState("stale", "the images changed")
        undo(trained)
        assert stage_states(trained)["train"].state == "done"
    else:
        set_project_chain(trained, PRESETS["Solar cells"])
        assert stage_states(trained)["train"].state == "stale"


def test_a_newer_run_makes_the_evaluation_stale_but_not_the_samples_of_the_same_images(trained):
    finish(evaluate(trained, "instant-1", n=8))
    finish(synthesize(trained, "instant-1", 8))
    finish(train(trained, "vae", size=32, steps=1, settings={"width": 8, "batch": 8}))
    states = stage_states(trained)
    assert states["evaluate"] == StageState("stale", "newest run not judged")
    assert states["synthesize"].state == "done"
    finish(train(trained, "instant", size=16))  # of the same images, though smaller
    assert stage_states(trained)["synthesize"].state == "done"
    edit(trained, "exclude", "decision", {1: "exclude"})
    assert stage_states(trained)["synthesize"] == StageState("stale", "the images changed")


def test_a_stopped_run_can_go_on(trained):
    task = train(trained, "vae", size=32, steps=10_000, settings={"width": 8, "batch": 8})
    for event in task:
        if stage_states(trained)["train"] == StageState("running") and type(event).__name__ == "LossPoint":
            break
    task.close()
    assert stage_states(trained)["train"] == StageState("ready", "the newest run can go on")
