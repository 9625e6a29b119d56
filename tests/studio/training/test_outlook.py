"""What is to be expected of a run is said frankly before it begins."""

from models.events import finish
from models.speed import Pace
from studio.project.edits import edit
from studio.project.items import item_ids
from studio.project.runs import Plan, run_folder, runs
from studio.training.lines import Lines, write_lines
from studio.training.outlook import Outlook, expectations, probe
from studio.training.planned import PlannedRun


def planned(family="dcgan", minutes=5.0, size=32, **settings):
    return PlannedRun(family, Plan(size=size, minutes=minutes, settings=settings))


def pace(seconds, batch=32):
    return Pace(16, seconds, memory=10**8, free=10**9, batch=batch, wanted=32)


def told(project, outlook=None, wish=None):
    return {reading.name: reading for reading in expectations(project, wish or planned(), outlook)}


def test_the_smallest_class_is_named_where_it_is_small(cells):
    reading = told(cells)["images"]
    assert reading.state == "warn" and "expect a preview of that class" in reading.sentence
    assert "of “defective”" in reading.sentence


def test_few_images_without_classes_give_variations(cells):
    edit(cells, "label", "class_id", dict.fromkeys(item_ids(cells), None))
    assert told(cells)["images"].sentence == "60 images: expect variations of what you have."
    edit(cells, "exclude", "decision", dict.fromkeys(item_ids(cells)[20:], "exclude"))
    assert told(cells)["images"].sentence == "20 images: expect a preview."


def test_too_few_steps_are_said_with_what_to_do(cells):
    slow = Outlook(planned(), 0, pace(2.0))
    assert slow.steps == 127
    reading = told(cells, slow)["steps"]
    assert reading.state == "warn"
    assert reading.sentence.startswith("Only about 130 steps fit, and DCGAN needs 3,000: give it more minutes")
    fast = Outlook(planned(), 0, pace(0.01))
    assert told(cells, fast)["steps"].sentence == "About 26,000 steps fit: enough for DCGAN."


def test_a_step_that_takes_fewer_images_is_said(cells):
    assert "memory" not in told(cells, Outlook(planned(), 0, pace(0.01)))
    reading = told(cells, Outlook(planned(), 0, pace(0.01, batch=8)))["memory"]
    assert reading.state == "warn"
    assert reading.sentence.startswith("The memory does not hold 32 images a step: 8 are taken")


def test_images_that_mixing_suits_better_than_instant_are_said_not_to_be_aligned(trained):
    folder = run_folder(trained, runs(trained)[0].name)
    write_lines(folder, Lines(256, {}, {"fid": 300.0}, {"fid": 260.0}))
    assert "alignment" not in told(trained)
    write_lines(folder, Lines(256, {}, {"fid": 300.0}, {"fid": 180.0}))
    assert "not aligned" in told(trained)["alignment"].sentence


def test_a_probe_measures_what_comes_before_and_each_step(cells, trained):
    found = finish(probe(cells, planned("mlp_gan", width=8, batch=8)))
    assert found.preparing > 0 and found.pace.width == 8 and found.steps > 0
    assert finish(probe(trained, planned("instant", None))) == Outlook(planned("instant", None), 0.0, None)
