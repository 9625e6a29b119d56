"""Folders are walked in order and without traps, and name classes where they look like it."""

import os

import pytest

from studio.errors import UserError
from studio.importing.gather import gather


def labels(files) -> dict[str, str | None]:
    return {file.path.name: file.label for file in files}


def test_natural_order_through_subfolders(photos):
    folder = photos("b/2.png", "b/10.png", "a.png", "B3.png", "b/1.png")
    names = [file.path.relative_to(folder).as_posix() for file in gather([folder])]
    assert names == ["a.png", "b/1.png", "b/2.png", "b/10.png", "B3.png"]


def test_hidden_files_projects_and_circles_are_left_out(photos):
    folder = photos("1.png", ".hidden.png", ".cache/2.png", "other.seedbed/exports/3.png", "sub/4.png")
    (folder / "sub" / "around").symlink_to(folder)
    (folder / "again").symlink_to(folder / "sub")
    assert sorted(file.path.name for file in gather([folder])) == ["1.png", "4.png"]


def test_pipes_are_not_opened_and_broken_links_are_listed(photos):
    folder = photos("1.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "broken.png").symlink_to(folder / "nowhere.png")
    (folder / "circle.png").symlink_to(folder / "circle.png")
    assert [file.path.name for file in gather([folder])] == ["1.png", "broken.png", "circle.png"]
    with pytest.raises(UserError, match="neither a file nor a folder"):
        gather([folder / "pipe.png"])


def test_a_file_given_twice_counts_once(photos):
    folder = photos("1.png", "2.png")
    assert len(gather([folder, folder / "1.png", folder / ".." / folder.name])) == 2


def test_subfolders_are_classes_when_every_image_lies_in_one(photos):
    folder = photos("good/1.png", "bad/2.png", "bad/deep/3.png")
    (folder / "readme.txt").write_text("about")
    expected = {"1.png": "good", "2.png": "bad", "3.png": "bad", "readme.txt": None}
    assert labels(gather([folder])) == expected
    assert set(labels(gather([folder], "flat")).values()) == {None}


def test_one_stray_image_or_a_single_subfolder_means_no_classes(photos):
    assert set(labels(gather([photos("good/1.png", "bad/2.png", "3.png")])).values()) == {None}
    single = photos("2024/1.png", "2024/2.png", folder="single")
    assert set(labels(gather([single])).values()) == {None}
    assert set(labels(gather([single], "folders")).values()) == {"2024"}


def test_folders_of_splits_are_not_classes(photos):
    folder = photos("train/cat/1.png", "train/dog/2.png", "test/cat/3.png")
    assert labels(gather([folder])) == {"1.png": "cat", "2.png": "dog", "3.png": "cat"}


def test_several_folders_dropped_together_are_classes(photos):
    folder = photos("good/1.png", "bad/2.png")
    assert labels(gather([folder / "good", folder / "bad"])) == {"1.png": "good", "2.png": "bad"}


def test_what_is_not_there_or_unknown_is_said(tmp_path):
    with pytest.raises(UserError, match="is not there"):
        gather([tmp_path / "nowhere"])
    with pytest.raises(UserError, match="auto, folders, flat"):
        gather([tmp_path], "sideways")
