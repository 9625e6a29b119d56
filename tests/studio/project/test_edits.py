"""What the user decides can be taken back and done again, also after a restart."""

import pytest

from studio.project import Project
from studio.project.edits import edit, edit_setting, next_redo, next_undo, redo, undo
from studio.project.items import NewItem, add_items, class_id_of, items


@pytest.fixture
def ids(project, tmp_path):
    return add_items(
        project,
        [
            NewItem(path=tmp_path / f"{n}.png", sha256="", pixel_sha256="", width=1, height=1, channels=1, depth=8)
            for n in range(4)
        ],
    )


def decisions(project):
    return [each.decision for each in items(project)]


def test_undo_and_redo_walk_the_whole_history(project, ids):
    edit(project, "exclude", "decision", dict.fromkeys(ids[:2], "exclude"))
    edit(project, "keep", "decision", {ids[0]: "keep"})
    assert decisions(project) == ["keep", "exclude", None, None]
    assert undo(project).title == "keep 1 image"
    assert undo(project).title == "set 2 images aside"
    assert decisions(project) == [None] * 4
    assert undo(project) is None
    redo(project)
    assert decisions(project) == ["exclude", "exclude", None, None]
    redo(project)
    assert decisions(project) == ["keep", "exclude", None, None]
    assert redo(project) is None


def test_history_survives_a_restart(project, ids):
    edit(project, "label", "class_id", dict.fromkeys(ids, class_id_of(project, "good")))
    folder = project.folder
    project.close()
    with Project.open(folder) as again:
        assert [each.label for each in items(again)] == ["good"] * 4
        assert next_undo(again).count == 4
        undo(again)
        assert [each.label for each in items(again)] == [None] * 4


def test_a_new_action_forgets_what_was_undone(project, ids):
    edit(project, "exclude", "decision", {ids[0]: "exclude"})
    undo(project)
    edit(project, "exclude", "decision", {ids[1]: "exclude"})
    assert next_redo(project) is None
    undo(project)
    assert decisions(project) == [None] * 4


def test_a_setting_is_undone_in_turn_with_items(project, ids):
    edit(project, "exclude", "decision", {ids[0]: "exclude"})
    edit_setting(project, "chain", "steps", ["rotate"])
    edit_setting(project, "chain", "steps", ["rotate", "crop"])
    assert edit_setting(project, "chain", "steps", ["rotate", "crop"]) is None
    assert undo(project).title == "change the chain" and project.setting("steps") == ["rotate"]
    assert undo(project).kind == "chain" and project.setting("steps") is None
    assert undo(project).kind == "exclude"
    redo(project), redo(project)
    assert project.setting("steps") == ["rotate"] and next_redo(project).kind == "chain"


def test_an_action_that_changes_nothing_leaves_no_trace(project, ids):
    edit(project, "exclude", "decision", {ids[0]: "exclude"})
    undo(project)
    assert edit(project, "reset", "decision", {ids[0]: None}) is None
    assert next_redo(project) is not None
