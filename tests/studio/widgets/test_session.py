import pytest

from studio.project.edits import edit
from studio.project.items import count
from studio.widgets.jobs import in_one_go
from studio.widgets.session import AT_ONCE, Session
from tests.studio.many_items import add_many
from tests.studio.waiting import A_WHILE, wait


@pytest.fixture
def session(qapp, project):
    session = Session(project)
    yield session
    session.stop()


@pytest.mark.parametrize("items", [3, AT_ONCE + 1])
def test_edits_of_any_size_are_undone_and_done_again(qtbot, project, session, items):
    ids = add_many(project, items)
    edit(project, "exclude", "decision", dict.fromkeys(ids, "exclude"))
    for move, left in ((session.undo, 0), (session.redo, items)):
        with qtbot.waitSignal(session.changed, timeout=A_WHILE):
            assert move().title.startswith("set")
        wait(qtbot, lambda: not session.jobs.all)
        assert count(project, "decision = 'exclude'") == left


def test_a_large_edit_is_undone_in_the_background_and_only_once(qtbot, project, session):
    ids = add_many(project, AT_ONCE + 1)
    for decision in ("exclude", "keep"):
        edit(project, "exclude", "decision", dict.fromkeys(ids, decision))
    assert session.undo() is not None
    assert len(session.jobs.all) == 1
    assert session.undo() is None
    wait(qtbot, lambda: not session.jobs.all)
    assert count(project, "decision = 'exclude'") == AT_ONCE + 1


def test_a_closed_session_says_nothing(qtbot, project, session):
    """Whoever listens would read the closed project."""
    heard = []
    session.changed.connect(lambda: heard.append(True))
    session.jobs.start("test", "Test", lambda: in_one_go(lambda: None))
    session.close()
    wait(qtbot, lambda: not session.jobs.all)
    assert not heard
