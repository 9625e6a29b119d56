"""Folders are walked in order and without traps."""

import os
from pathlib import Path

import pytest

from models.events import finish
from studio.errors import UserError
from studio.importing.gather import LISTED, Listing, gather


def listing(*sources: Path) -> Listing:
    return finish(gather(sources))


def test_natural_order_through_subfolders(photos):
    folder = photos("b/2.png", "b/10.png", "a.png", "B3.png", "b/1.png")
    names = [path.relative_to(folder).as_posix() for path in listing(folder).files]
    assert names == ["a.png", "b/1.png", "b/2.png", "b/10.png", "B3.png"]


def test_hidden_files_projects_and_circles_are_left_out(photos):
    folder = photos("1.png", ".hidden.png", ".cache/2.png", "other.seedbed/exports/3.png", "sub/4.png")
    (folder / "sub" / "around").symlink_to(folder)
    (folder / "again").symlink_to(folder / "sub")
    assert sorted(path.name for path in listing(folder).files) == ["1.png", "4.png"]


def test_pipes_are_not_opened_and_broken_links_are_listed(photos):
    folder = photos("1.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "broken.png").symlink_to(folder / "nowhere.png")
    (folder / "circle.png").symlink_to(folder / "circle.png")
    assert [path.name for path in listing(folder).files] == ["1.png", "broken.png", "circle.png"]
    with pytest.raises(UserError, match="neither a file nor a folder"):
        listing(folder / "pipe.png")


def test_a_file_given_twice_counts_once(photos):
    folder = photos("1.png", "2.png")
    assert len(listing(folder, folder / "1.png", folder / ".." / folder.name).files) == 2


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(UserError, match="is not there"):
        listing(tmp_path / "nowhere")


def test_listing_can_be_canceled_in_a_large_folder(tmp_path):
    for number in range(3 * LISTED):
        (tmp_path / f"{number}.png").touch()
    task = gather([tmp_path])
    assert len(list(task)) == 1 + 3
