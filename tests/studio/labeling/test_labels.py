import pytest

from studio.errors import UserError
from studio.labeling import label, make_class, next_unlabeled, rename_class
from studio.project.edits import edit, undo
from studio.project.items import class_counts, classes, item


def test_a_label_is_set_taken_away_and_undone(project, add):
    ids = add([None] * 3)
    label(project, ids[:2], "scratch")
    assert class_counts(project) == {"scratch": 2, None: 1}
    label(project, ids[:1], None)
    assert item(project, ids[0]).label is None
    undo(project)
    assert item(project, ids[0]).label == "scratch"


def test_classes_are_made_and_renamed(project, add):
    ids = add([None])
    assert make_class(project, "  two   words ") == "two words"
    label(project, ids, "two words")
    rename_class(project, "two words", "scratch")
    assert item(project, ids[0]).label == "scratch"
    make_class(project, "pit")
    with pytest.raises(UserError, match="already"):
        rename_class(project, "pit", "scratch")
    with pytest.raises(UserError, match="needs a name"):
        make_class(project, "   ")
    assert classes(project) == ["scratch", "pit"]


def test_the_next_unlabeled_image_wraps_around_and_skips_excluded_ones(project, add):
    ids = add([None, "a", None, None])
    edit(project, "exclude", "decision", {ids[3]: "exclude"})
    assert next_unlabeled(project) == ids[0]
    assert next_unlabeled(project, ids[0]) == ids[2]
    assert next_unlabeled(project, ids[2]) == ids[0]
    label(project, ids, "a")
    assert next_unlabeled(project) is None
