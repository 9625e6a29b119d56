"""Labels in doubt are a queue: what is answered leaves it, and it says when the rest is not worth a look."""

import pytest

from studio.labeling import label
from studio.labeling.doubts import confirm, in_words, open_doubts
from studio.project.edits import undo
from studio.project.items import class_id_of


@pytest.fixture
def doubted(project, add):
    """Sixty images of which the first are the most doubtful."""
    ids = add(["good"] * 60)
    good, pit = class_id_of(project, "good"), class_id_of(project, "pit")
    rows = [(item_id, good, pit, 0.6 - 0.01 * number, 1) for number, item_id in enumerate(ids)]
    with project.writing() as db:
        db.executemany("INSERT INTO suspicion VALUES (?, ?, ?, ?, ?)", [row for row in rows if row[3] > 0])
    return ids


def left(project):
    return [doubt.item for doubt in open_doubts(project).left]


def test_a_label_corrected_or_confirmed_leaves_the_queue(project, doubted):
    assert left(project)[:3] == doubted[:3]
    assert open_doubts(project).left[0].likelier == "pit"
    label(project, doubted[:1], "pit")
    confirm(project, doubted[1:2])
    assert left(project)[0] == doubted[2]
    undo(project)
    assert left(project)[0] == doubted[1]


def test_the_queue_says_when_it_is_no_longer_worth_a_look(project, doubted):
    assert in_words(open_doubts(project)) == "Of the next 20 about 50 % will be wrong."
    label(project, doubted[:3], "pit")
    assert "3 of 3 labels looked at were wrong." in in_words(open_doubts(project))
    assert "you can stop" not in in_words(open_doubts(project))
    confirm(project, doubted[3:40])
    words = in_words(open_doubts(project))
    assert "3 of 40 labels looked at were wrong." in words and words.endswith("you can stop here.")
    confirm(project, doubted)
    assert in_words(open_doubts(project)).endswith("Nothing is left to look at.")


def test_without_doubts_it_is_said_whether_there_was_a_look(project, add):
    ids = add(["good"] * 3)
    assert in_words(open_doubts(project)).startswith("No label has been judged yet")
    with project.writing() as db:
        db.execute("INSERT INTO suspicion VALUES (?, 1, 1, 0.001, 0)", (ids[0],))
    assert in_words(open_doubts(project)) == "No label looks wrong."
