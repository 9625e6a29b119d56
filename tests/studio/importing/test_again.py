"""Sources are scanned again and moved files found: nothing that was said of an image is lost."""

import json
import shutil

import pytest

from models.events import Notice, finish
from studio.errors import UserError
from studio.importing import import_sources
from studio.importing.again import import_again
from studio.importing.relink import relink
from studio.importing.sources import remembered_sources
from studio.project.edits import edit
from studio.project.items import count, items


def test_new_changed_moved_and_vanished_files(project, photos, photo):
    folder = photos("a/1.png", "a/2.png", "b/3.png", "b/4.png")
    finish(import_sources(project, [folder]))
    first, second, third, fourth = items(project)
    edit(project, "exclude", "decision", {third.id: "exclude"})
    photo(7).save(folder / "a" / "5.png")
    photo(8).save(first.path)
    third.path.rename(folder / "a" / "renamed.png")
    fourth.path.unlink()
    events: list = []
    result = finish(import_again(project), events.append)
    assert (result.imported, result.refreshed, result.unchanged, result.moved) == (1, 1, 2, 1)
    assert result.vanished == [str(fourth.path)]
    assert any(isinstance(event, Notice) and "is gone" in event.text for event in events)
    found = {item.id: item for item in items(project)}
    assert len(found) == 5
    assert found[third.id].path == folder / "a" / "renamed.png" and found[third.id].decision == "exclude"
    assert found[third.id].label == "b" and found[second.id] == second


def test_scanning_again_twice_changes_nothing(project, photos):
    finish(import_sources(project, [photos("a/1.png", "b/2.png")]))
    finish(import_again(project))
    before = list(items(project))
    result = finish(import_again(project))
    assert (result.imported, result.refreshed, result.moved, result.vanished) == (0, 0, 0, [])
    assert list(items(project)) == before


def test_layout_and_table_are_those_of_the_import(project, photos, photo, tmp_path):
    folder = photos("a/1.png", "b/2.png")
    finish(import_sources(project, [folder], "flat"))
    other = photos("3.png", folder="other")
    table = tmp_path / "labels.csv"
    table.write_text("file,label\n3.png,pit\n4.png,scratch\n")
    finish(import_sources(project, [other], labels=table))
    photo(7).save(folder / "a" / "5.png")
    photo(8).save(other / "4.png")
    finish(import_again(project))
    assert {item.path.name: item.label for item in items(project)} == {
        "1.png": None,
        "2.png": None,
        "3.png": "pit",
        "5.png": None,
        "4.png": "scratch",
    }


def test_there_must_have_been_an_import(project):
    with pytest.raises(UserError, match="Nothing was imported yet"):
        finish(import_again(project))


def test_a_moved_folder_is_found_by_content(project, photos, tmp_path):
    folder = photos("a/1.png", "a/2.png", "b/3.png")
    shutil.copy(folder / "a" / "1.png", folder / "b" / "same as 1.png")
    finish(import_sources(project, [folder]))
    before = {item.id: item for item in items(project)}
    moved = folder.rename(tmp_path / "elsewhere")
    events: list = []
    finish(import_again(project), events.append)
    assert any(isinstance(event, Notice) and "relink" in event.text for event in events)
    result = finish(relink(project, moved))
    assert (result.relinked, result.missing) == (4, [])
    for item in items(project):
        assert item.path == moved / before[item.id].path.relative_to(folder)
        assert (item.label, item.sha256) == (before[item.id].label, before[item.id].sha256)
    assert remembered_sources(project)[0].paths == (str(moved),)
    again = finish(import_again(project))
    assert (again.imported, again.unchanged, again.vanished) == (0, 4, [])


def test_importing_a_folder_that_was_moved_makes_no_second_images(project, photos, photo, tmp_path):
    folder = photos("a/1.png", "b/2.png")
    finish(import_sources(project, [folder]))
    before = {item.id: item for item in items(project)}
    edit(project, "exclude", "decision", {1: "exclude"})
    moved = folder.rename(tmp_path / "elsewhere")
    photo(7).save(moved / "a" / "3.png")
    result = finish(import_sources(project, [moved]))
    assert (result.moved, result.imported, result.unchanged) == (2, 1, 2)
    found = {item.id: item for item in items(project)}
    assert len(found) == 3 and found[1].decision == "exclude"
    assert all(found[each].path == moved / before[each].path.relative_to(folder) for each in before)


def test_a_copy_is_another_file(project, photos):
    folder = photos("1.png")
    finish(import_sources(project, [folder]))
    shutil.copytree(folder, folder.with_name("copy"))
    result = finish(import_sources(project, [folder.with_name("copy")]))
    assert (result.moved, result.imported) == (0, 1)


def test_renamed_files_are_found_and_others_stay_missing(project, photos, tmp_path):
    folder = photos("1.png", "2.png")
    finish(import_sources(project, [folder]))
    first, second = items(project)
    (tmp_path / "new").mkdir()
    first.path.rename(tmp_path / "new" / "cell 0001.png")
    second.path.unlink()
    (tmp_path / "new" / "other.png").write_bytes(b"something else")
    result = finish(relink(project, tmp_path / "new"))
    assert (result.relinked, result.missing) == (1, [str(second.path)])
    assert [item.path.name for item in items(project)] == ["cell 0001.png", "2.png"]


def test_files_that_images_come_from_already_are_left_alone(project, photos):
    folder = photos("1.png")
    shutil.copytree(folder, folder.with_name("copy"))
    finish(import_sources(project, [folder, folder.with_name("copy")]))
    (folder / "1.png").unlink()
    result = finish(relink(project, folder.with_name("copy")))
    assert (result.relinked, len(result.missing), count(project)) == (0, 1, 2)


def test_relinking_that_is_canceled_changes_nothing(project, photos, tmp_path):
    folder = photos("1.png", "2.png")
    finish(import_sources(project, [folder]))
    before = list(items(project))
    folder.rename(tmp_path / "elsewhere")
    task = relink(project, tmp_path / "elsewhere")
    while next(task).what != "Comparing contents":
        pass
    task.close()
    assert list(items(project)) == before


def test_nothing_remembered_says_more_than_paths(project, photos):
    """The setting is read by later programs too."""
    finish(import_sources(project, [photos("1.png")]))
    (kept,) = project.setting("sources")
    assert json.loads(json.dumps(kept)) == {"paths": ["photos"], "layout": "flat"}
