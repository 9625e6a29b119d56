import pytest

from studio.labeling import label
from studio.labeling.readings import disagreements, next_unread, read_second, readings
from studio.project.edits import undo
from studio.project.items import class_counts, item


@pytest.fixture
def read_twice(project, add):
    """Four images, of which the readers disagree on the second and third; the fourth is read by the first alone."""
    ids = add(["good", "good", "pit", "pit"])
    read_second(project, {ids[0]: "good", ids[1]: "pit", ids[2]: "good"})
    return ids


def pairs(project):
    return [(each.item, each.first, each.second) for each in readings(project)]


def test_a_second_reading_leaves_the_labels_alone_and_is_undone(project, read_twice):
    assert class_counts(project) == {"good": 2, "pit": 2}
    assert [each.item for each in disagreements(project)] == read_twice[1:3]
    made = read_second(project, {read_twice[1]: "good"})
    assert made is not None and made.title == "second reading of 1 image"
    assert [each.item for each in disagreements(project)] == read_twice[2:3]
    undo(project)
    assert [each.item for each in disagreements(project)] == read_twice[1:3]


def test_a_decision_resolves_a_disagreement_and_keeps_both_readings(project, read_twice):
    before = pairs(project)
    label(project, read_twice[1:2], "pit")  # for the second reader
    label(project, read_twice[2:3], "pit")  # for the first
    assert disagreements(project) == []
    assert pairs(project) == before
    assert [item(project, i).label for i in read_twice] == ["good", "pit", "pit", "pit"]
    undo(project)
    assert [each.item for each in disagreements(project)] == read_twice[2:3]
    undo(project)
    assert item(project, read_twice[1]).label == "good"


def test_a_label_before_the_second_reading_is_a_correction(project, read_twice):
    label(project, read_twice[3:], "good")
    read_second(project, {read_twice[3]: "good"})
    assert (read_twice[3], "good", "good") in pairs(project)


def test_the_next_unread_image_wraps_around(project, read_twice):
    assert next_unread(project) == read_twice[3]
    read_second(project, {read_twice[0]: None})
    assert next_unread(project, after=read_twice[3]) == read_twice[0]
    assert next_unread(project, after=read_twice[0]) == read_twice[3]
    read_second(project, dict.fromkeys(read_twice, "good"))
    assert next_unread(project) is None
