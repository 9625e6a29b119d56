"""What is written in each format is read again as it was: classes, sides, boxes and masks."""

import json

import numpy as np
import pytest
import yaml

from models.events import finish
from studio.errors import UserError
from studio.exporting import export
from studio.exporting.formats import FORMATS
from studio.exporting.formats.coco import runs_of
from studio.importing import import_sources
from studio.project import Project
from studio.project.items import items
from studio.project.regions import Region, mask_of, regions, set_regions

MASK = np.zeros((12, 16), np.uint8)
MASK[2:9, 3:11] = 255
MASK[4:6, 5:7] = 0


@pytest.fixture
def marked(project, ten_images):
    """Ten images of two classes and two sides; a box in the first, a mask and a box in the second."""
    painted = Region.from_mask(MASK, "pit")
    set_regions(project, {ten_images[0]: [Region(1.5, 2, 4, 6)], ten_images[1]: [painted, Region(0, 0, 3, 3, "dent")]})
    with project.writing() as db:
        db.execute("UPDATE item SET split = CASE WHEN id % 5 = 0 THEN 'test' ELSE 'train' END")
    return project


@pytest.fixture
def read_again(marked, tmp_path):
    """Exports in a format and imports that into another project."""

    def read_again(name: str):
        out = tmp_path / name
        finish(export(marked, out, name))
        with Project.create(tmp_path / f"again-{name}") as again:
            result = finish(import_sources(again, [out]))
            found = list(items(again))
            return result, found, regions(again, [item.id for item in found])

    return read_again


def numbered(found, marked) -> dict[str, tuple[Region, ...]]:
    return {item.path.stem: marked.get(item.id, ()) for item in found}


@pytest.mark.parametrize("name", FORMATS)
def test_images_and_sides_come_back(read_again, name):
    result, found, _ = read_again(name)
    assert result.problems == [] and result.rejected == []
    assert len(found) == 10
    assert sorted(item.split for item in found) == ["test"] * 2 + ["train"] * 8


def test_coco(read_again, tmp_path):
    result, found, marked = read_again("coco")
    assert result.layout == "coco"
    back = numbered(found, marked)
    assert back["real-000001"] == (Region(1.5, 2, 4, 6, "good"),)
    pit, dent = back["real-000002"]
    assert (pit.name, dent) == ("pit", Region(0, 0, 3, 3, "dent"))
    assert np.array_equal(mask_of([pit], 12, 16), MASK)
    content = json.loads((tmp_path / "coco" / "annotations" / "instances_train.json").read_text())
    assert [each["name"] for each in content["categories"]] == ["dent", "good", "pit"]
    assert content["annotations"][1]["area"] == np.count_nonzero(MASK)


def test_yolo(read_again, tmp_path):
    result, found, marked = read_again("yolo")
    assert result.layout == "yolo"
    back = numbered(found, marked)
    (box,) = back["real-000001"]
    assert (box.left, box.top, box.width, box.height, box.name) == pytest.approx((1.5, 2, 4, 6, "good"), abs=1e-4)
    assert [each.name for each in back["real-000002"]] == ["pit", "dent"] and back["real-000003"] == ()
    data = yaml.safe_load((tmp_path / "yolo" / "data.yaml").read_text())
    assert data["names"] == {0: "dent", 1: "good", 2: "pit"}
    assert (data["train"], data["val"], data["test"]) == ("images/train", "images/test", "images/test")


def test_imagefolder(read_again):
    result, found, marked = read_again("imagefolder")
    assert result.layout == "imagefolder"
    assert sorted(item.label for item in found) == ["good"] * 5 + ["scratch"] * 5
    back = numbered(found, marked)
    assert back["real-000001"] == (Region(1.5, 2, 4, 6, "good"),)
    assert [(each.name, each.width) for each in back["real-000002"]] == [("pit", 8), ("dent", 3)]


def test_folders_have_masks_beside_and_boxes_in_the_manifest(read_again, tmp_path):
    result, found, marked = read_again("folders")
    assert result.layout == "table", "the manifest"
    assert sorted(item.label for item in found) == ["good"] * 5 + ["scratch"] * 5
    back = numbered(found, marked)
    assert set(back) == {f"real-{number:06}" for number in range(1, 11)}, "masks are no images"
    both = MASK.copy()
    both[:3, :3] = 255
    assert np.array_equal(mask_of(back["real-000002"], 12, 16), both)
    manifest = (tmp_path / "folders" / "manifest.csv").read_text()
    assert "masks/train/scratch/real-000002_mask.png" in manifest and '""dent"",0.0,0.0,3.0,3.0' in manifest


@pytest.mark.parametrize("name", ["coco", "yolo"])
def test_formats_of_objects_need_objects(project, ten_images, tmp_path, name):
    with pytest.raises(UserError, match="Nothing is marked"):
        finish(export(project, tmp_path / "out", name))
    assert not (tmp_path / "out").exists()


def test_runs_count_column_by_column():
    assert runs_of(np.array([[1, 0], [1, 1]])) == [0, 2, 1, 1]
    assert runs_of(np.zeros((2, 3))) == [6]
