"""Kinds of defect are classes, and ground truth becomes regions."""

from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from models.events import finish
from studio.importing import import_sources
from studio.importing.marks import MaskMark
from studio.project.items import items
from studio.project.regions import mask_of, regions


def paint(path: Path, left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((30, 40), np.uint8)
    mask[top:bottom, left:right] = 255
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(mask).save(path)
    return mask


def test_classes_sides_and_masks(images, read, folder):
    images("train/good/0.png", "train/good/1.png", "test/good/0.png", "test/crack/0.png", "test/hole/0.png")
    paint(folder / "ground_truth/crack/0_mask.png", 3, 4, 10, 12)
    paint(folder / "ground_truth/hole/0_mask.png", 0, 0, 2, 2)
    reading = read()
    assert reading.layout == "mvtec" and not reading.problems
    assert [(f.path.relative_to(folder).as_posix(), f.label, f.split, len(f.marks)) for f in reading.files] == [
        ("test/crack/0.png", "crack", "test", 1),
        ("test/good/0.png", "good", "test", 0),
        ("test/hole/0.png", "hole", "test", 1),
        ("train/good/0.png", "good", "train", 0),
        ("train/good/1.png", "good", "train", 0),
    ]
    assert reading.files[0].marks == (MaskMark(folder / "ground_truth/crack/0_mask.png", "crack"),)


def test_masks_come_in_pixel_for_pixel(images, folder, project):
    images("train/good/0.png", "test/crack/0.png")
    painted = paint(folder / "ground_truth/crack/0_mask.png", 3, 4, 10, 12)
    finish(import_sources(project, [folder]))
    cracked = next(items(project, "label = 'crack'"))
    [region] = regions(project, [cracked.id])[cracked.id]
    assert (region.left, region.top, region.width, region.height, region.name) == (3, 4, 7, 8, "crack")
    assert np.array_equal(mask_of([region], 30, 40), painted)
    assert len(list(items(project))) == 2, "masks are no images"


def test_missing_and_spare_masks_are_listed(images, read, folder, problems):
    images("train/good/0.png", "test/crack/0.png", "test/crack/1.png")
    paint(folder / "ground_truth/crack/0_mask.png", 3, 4, 10, 12)
    paint(folder / "ground_truth/crack/7_mask.png", 3, 4, 10, 12)
    reading = read()
    assert problems(reading) == {
        "test/crack/1.png": "There is no mask that shows the defect.",
        "ground_truth/crack/7_mask.png": "There is no image that this mask is about.",
    }
    assert len(reading.files) == 3


def test_several_objects_are_parts_and_several_masks_lie_in_a_folder(images, read, folder):
    images("bottle/train/good/0.png", "bottle/test/crack/0.png", "cable/train/good/0.png", "cable/test/cut/0.png")
    for number in (0, 1):
        paint(folder / f"cable/ground_truth/cut/0/{number:03}.png", number, 0, 5, 5)
    found = {f.path.relative_to(folder).as_posix(): (f.fields, len(f.marks)) for f in read().files}
    assert found["bottle/test/crack/0.png"] == ({"part": "bottle"}, 0)
    assert found["cable/test/cut/0.png"] == ({"part": "cable"}, 2)


def test_folders_of_classes_that_learn_from_good_ones_too_are_no_mvtec(images, read):
    images("train/good/0.png", "train/bad/1.png", "test/good/2.png", "test/bad/3.png")
    assert read().layout == "folders"


def test_a_mask_of_another_size_is_listed_and_its_image_comes_in(images, folder, project):
    images("train/good/0.png", "test/crack/0.png")
    (folder / "ground_truth/crack").mkdir(parents=True)
    Pillow.new("L", (20, 20), 255).save(folder / "ground_truth/crack/0_mask.png")
    result = finish(import_sources(project, [folder]))
    assert result.imported == 2
    [problem] = result.problems
    assert problem.where.endswith("0.png") and "20 × 20" in problem.what and "40 × 30" in problem.what
