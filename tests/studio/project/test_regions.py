"""What is marked in an image comes back as it was, and can be undone."""

import numpy as np
import pytest

from studio.project import Project
from studio.project.edits import redo, undo
from studio.project.items import NewItem, add_items, items
from studio.project.part import WHOLE, Part
from studio.project.regions import Region, mask_of, regions, set_regions


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "parts") as project:
        yield project


def add(project, **values):
    facts = {"sha256": "a", "pixel_sha256": "a", "width": 40, "height": 30, "channels": 1, "depth": 8}
    (item_id,) = add_items(project, [NewItem(path=project.folder / "a.png", **facts, **values)])
    return item_id


def blot():
    mask = np.zeros((30, 40), np.uint8)
    mask[5:9, 10:20] = 255
    mask[6, 12] = 0
    return mask


def test_a_mask_comes_back_to_the_pixel(project):
    item_id = add(project, regions=(Region.from_mask(blot(), "scratch"),))
    (found,) = regions(project, [item_id])[item_id]
    assert (found.left, found.top, found.width, found.height, found.name) == (10, 5, 10, 4, "scratch")
    np.testing.assert_array_equal(mask_of([found], 30, 40), blot())


def test_an_empty_mask_marks_nothing():
    assert Region.from_mask(np.zeros((3, 4), np.uint8)) is None


def test_a_box_without_a_mask_is_full_and_may_hang_over_the_edge():
    mask = mask_of([Region(-2.5, 28, 5, 10)], 30, 40)
    assert mask[28:, :3].min() == 255
    assert mask.sum() == 2 * 3 * 255


def test_marking_is_undone_and_done_again(project):
    item_id = add(project)
    set_regions(project, {item_id: [Region(1, 2, 3, 4, "dent")]})
    undo(project)
    assert regions(project, [item_id]) == {}
    redo(project)
    assert regions(project, [item_id]) == {item_id: (Region(1, 2, 3, 4, "dent"),)}


def test_the_images_of_one_file_are_items_of_their_own(project):
    parts = [WHOLE, Part(frame=3), Part(frame=3, box=(0, 0, 8, 8)), Part(frame=7, plane="axial")]
    for part in parts:
        add(project, part=part)
    assert [item.part for item in items(project)] == parts
    again = NewItem(project.folder / "a.png", "a", "a", 40, 30, 1, 8, part=Part(frame=3))
    assert add_items(project, [again]) == []
