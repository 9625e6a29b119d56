import numpy as np
import pytest
from PIL import Image

from models.events import finish
from studio.errors import UserError
from studio.labeling.masks import read_masks, write_masks
from studio.project.edits import next_undo, undo
from studio.project.regions import Region, mask_of, regions, set_regions


@pytest.fixture
def marked(project, ten_images):
    """Of ten images, 16 by 12 px, two are marked: the first by two names, the second by a box without one."""
    spot = np.zeros((12, 16), np.uint8)
    spot[3:5, 7:9] = spot[8, 1] = 255
    pit, scratch = Region.from_mask(spot, "pit"), Region(0, 0, 16, 1, "scratch")
    assert pit is not None
    set_regions(project, {ten_images[0]: [pit, scratch], ten_images[1]: [Region(2, 2, 3, 3)]})
    return ten_images


def masks(project, ids):
    return {
        (item_id, region.name): mask_of([region], 12, 16).tolist()
        for item_id, each in regions(project, ids).items()
        for region in each
    }


def test_masks_go_out_as_0_and_255_and_come_back(project, marked, tmp_path):
    before = masks(project, marked)
    assert finish(write_masks(project, tmp_path / "out")) == 3
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.png"))
    assert files == ["pit/real-000001.png", "real-000002.png", "scratch/real-000001.png"]
    with Image.open(tmp_path / "out" / files[0]) as image:
        assert image.size == (16, 12) and image.mode == "L"
        assert sorted(set(image.tobytes())) == [0, 255]
    set_regions(project, dict.fromkeys(marked, ()))
    assert finish(read_masks(project, tmp_path / "out")).marked == 2
    assert masks(project, marked) == before
    assert next_undo(project).title == "mark 2 images"
    undo(project)
    assert masks(project, marked) == {}


def test_masks_are_found_by_the_name_of_the_image_and_refused_at_another_size(project, ten_images, tmp_path):
    folder = tmp_path / "masks"
    (folder / "dent").mkdir(parents=True)
    mask = np.zeros((12, 16), np.uint8)
    mask[2:4] = 1
    Image.fromarray(mask).save(folder / "dent" / "MUELLER_Hans_3_mask.png")
    Image.fromarray(mask).save(folder / "MUELLER_Hans_4.png")
    Image.fromarray(mask).save(folder / "somebody.png")
    Image.fromarray(mask.T).save(folder / "MUELLER_Hans_5.png")
    (folder / "MUELLER_Hans_6.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = finish(read_masks(project, folder))
    assert result.marked == 2
    assert result.unmatched == ["MUELLER_Hans_5.png", "MUELLER_Hans_6.png", "somebody.png"]
    assert masks(project, ten_images) == {
        (ten_images[3], "dent"): (mask * 255).tolist(),
        (ten_images[4], ""): (mask * 255).tolist(),
    }


def test_a_mask_replaces_what_was_marked_by_its_name_only(project, marked, tmp_path):
    (tmp_path / "masks" / "pit").mkdir(parents=True)
    Image.new("L", (16, 12)).save(tmp_path / "masks" / "pit" / "real-000001.png")
    finish(read_masks(project, tmp_path / "masks"))
    assert masks(project, marked).keys() == {(marked[0], "scratch"), (marked[1], "")}


def test_nothing_to_write_or_to_read_is_said(project, ten_images, tmp_path):
    with pytest.raises(UserError, match="Nothing is marked"):
        finish(write_masks(project, tmp_path / "out"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="There is no PNG"):
        finish(read_masks(project, tmp_path / "empty"))
