import pytest

from studio.errors import UserError
from studio.labeling import is_frozen, runs_on_split, split
from studio.project.edits import edit, undo
from studio.project.items import NewItem, add_items, items
from studio.project.runs import Plan, add_run
from studio.project.versions import keep_version
from studio.training.freeze import current_version


@pytest.fixture
def run(project, add):
    """Begins a run on forty split images; returns how to begin another."""
    add(["a", "b"] * 20)
    split(project, 0.2, validation=0.1)

    def begin() -> str:
        version = current_version(project, 32)
        keep_version(project, version)
        return add_run(project, "dcgan", version.name, Plan(size=32)).name

    begin()
    return begin


def sides(project):
    return {found.id: found.split for found in items(project)}


def test_a_split_is_frozen_once_a_run_used_it(project, run):
    before = sides(project)
    assert is_frozen(project)
    with pytest.raises(UserError, match="frozen: dcgan-1"):
        split(project, 0.2, seed=1)
    assert sides(project) == before
    assert split(project, 0.2, validation=0.1) is None  # the same once more
    assert split(project, 0.2, seed=1, thaw=True) is not None


def test_each_split_is_frozen_by_its_own_runs(project, run):
    split(project, 0.3, seed=1, thaw=True)
    assert not is_frozen(project)
    split(project, 0.3, seed=2)
    run()
    assert runs_on_split(project) == ["dcgan-2"]
    undo(project)
    undo(project)
    assert runs_on_split(project) == ["dcgan-1"]


def test_images_that_come_or_go_do_not_thaw_the_split(project, run, tmp_path):
    some = [found.id for found in items(project)][:3]
    edit(project, "exclude", "decision", dict.fromkeys(some, "exclude"))
    facts = {"sha256": "n", "pixel_sha256": "n", "width": 8, "height": 8, "channels": 1, "depth": 8}
    add_items(project, [NewItem(tmp_path / "new.png", **facts)])
    assert runs_on_split(project) == ["dcgan-1"]


def test_a_split_that_no_run_used_is_free(project, add):
    add(["a"] * 10)
    assert not is_frozen(project)
    split(project, 0.2)
    split(project, 0.2, seed=1)
    assert not is_frozen(project)
