"""Boxes, polygons and runs of COCO; what does not fit is listed, entry by entry."""

import json

import numpy as np
import pytest

from models.events import finish
from studio.importing import import_sources
from studio.importing.marks import BoxMark, PolygonMark, RunMark, decode_runs, drawn
from studio.importing.options import ImportOptions
from studio.project.items import items
from studio.project.regions import mask_of

COMPRESSED = "e7??000000FC3=MC3=MC3=MC3=MC3=MC3=70000000000000000000000W9"
CATEGORIES = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]


def coco(annotations: list, files: list[str] | None = None, **more) -> str:
    names = files if files is not None else ["a.png", "b.png"]
    pictures = [{"id": n, "file_name": name, "width": 40, "height": 30} for n, name in enumerate(names, 1)]
    entries = [{"id": n, "image_id": 1, "category_id": 1} | annotation for n, annotation in enumerate(annotations, 1)]
    return json.dumps({"images": pictures, "annotations": entries, "categories": CATEGORIES} | more)


def test_boxes_polygons_and_runs_become_marks_and_one_class_the_label(images, texts, read):
    images("images/a.png", "images/b.png", "images/c.png")
    polygon = [3, 4, 9, 4, 9, 12]
    texts(
        {
            "annotations/instances_val2017.json": coco(
                [
                    {"bbox": [1.5, 2, 3, 4]},
                    {"segmentation": [polygon]},
                    {"image_id": 2, "category_id": 2, "segmentation": {"size": [30, 40], "counts": [1000, 200]}},
                ]
            )
        }
    )
    reading = read()
    assert reading.layout == "coco" and not reading.problems
    a, b, c = reading.files
    assert (a.label, a.split, a.marks) == (
        "cat",
        "validation",
        (BoxMark((1.5, 2, 3, 4), "cat"), PolygonMark((tuple(polygon),), "cat")),
    )
    assert (b.label, b.marks) == ("dog", (RunMark(30, 40, (1000, 200), "dog"),))
    assert (c.label, c.marks, c.split) == (None, (), None), "not mentioned"


def test_an_image_of_several_classes_has_none_and_names_them(images, texts, read):
    images("a.png", "b.png")
    texts({"coco.json": coco([{"bbox": [1, 2, 3, 4]}, {"bbox": [1, 2, 3, 4], "category_id": 2}])})
    file = read().files[0]
    assert (file.label, file.fields) == (None, {"objects": "cat, dog"})


def test_each_object_can_come_in_by_itself(images, texts, folder, project):
    images("a.png", "b.png")
    texts({"coco.json": coco([{"bbox": [1, 2, 13, 14]}, {"bbox": [20, 10, 12, 16], "category_id": 2}])})
    finish(import_sources(project, [folder], options=ImportOptions(cut="objects")))
    found = [(item.label, item.part.box, item.width, item.height) for item in items(project) if item.part.box]
    assert found == [("cat", (1, 2, 13, 14), 13, 14), ("dog", (20, 10, 12, 16), 12, 16)]


def test_what_does_not_fit_is_listed_entry_by_entry(images, texts, read, problems):
    images("a.png")
    texts(
        {
            "coco.json": coco(
                [
                    {"bbox": [1, 2, 3, 4]},
                    {"image_id": 99, "bbox": [1, 2, 3, 4]},
                    {"category_id": 9, "bbox": [1, 2, 3, 4]},
                    {"bbox": [1, 2, -3, 4]},
                    {"bbox": [float("nan"), 2, 3, 4]},
                    {"bbox": [1, 2, 3]},
                    {"bbox": "left"},
                    {"bbox": [50, 2, 3, 4]},
                    {"segmentation": [[1, 2, 3, 4]]},
                    {"segmentation": {"size": [30, 40], "counts": [5]}},
                    {"segmentation": {"size": [30, 40], "counts": "!!"}},
                    {"bbox": [1e300, 2, 3, 4]},
                    {},
                ]
            )
        }
    )
    reading = read()
    found = problems(reading)
    assert found["coco.json: b.png"] == "The image “b.png” is not there, or there are several."
    assert found["coco.json: annotations[1]"] == "There is no image with the id 99 in the file."
    assert found["coco.json: annotations[2]"] == "There is no category with the id 9 in the file."
    assert {int(where.split("[")[1][:-1]) for where in found if "[" in where} == set(range(1, 13))
    assert len(reading.files) == 1 and reading.files[0].marks == (BoxMark((1, 2, 3, 4), "cat"),)


@pytest.mark.parametrize("text", ['{"images": [], "annotations": [', '{"images": 3, "annotations": [], "x": 1}'])
def test_a_broken_file_is_listed_and_the_images_come_in(images, texts, read, problems, text):
    images("a.png")
    texts({"coco.json": text})
    reading = read()
    assert "could not be read" in problems(reading)["coco.json"]
    assert [file.path.name for file in reading.files] == ["a.png"]


def test_an_entry_that_is_no_unicode_harms_no_other(images, folder, read, problems):
    """Found by damaging files."""
    images("a.png", "b.png")
    text = coco([{"bbox": [1, 2, 3, 4]}, {"bbox": [1, 2, 3, 4], "image_id": "XX"}])
    (folder / "coco.json").write_bytes(text.encode().replace(b"XX", b"\xff\xfe"))
    reading = read()
    assert [len(file.marks) for file in reading.files] == [1, 0]
    assert set(problems(reading)) == {"coco.json: annotations[1]"}


def test_a_file_that_is_nested_too_deep_is_listed(images, texts, read, problems):
    images("a.png")
    texts({"coco.json": coco([{"segmentation": "YY"}]).replace('"YY"', "[" * 5000 + "]" * 5000)})
    reading = read()
    assert "coco.json" in problems(reading) and len(reading.files) == 1


def test_images_of_the_same_name_are_told_apart_by_where_the_annotations_lie(images, texts, read, folder):
    images("train/a.png", "valid/a.png")
    for side, category in (("train", 1), ("valid", 2)):
        texts({f"{side}/_annotations.coco.json": coco([{"bbox": [1, 2, 3, 4], "category_id": category}], ["a.png"])})
    found = {file.path.relative_to(folder).as_posix(): (file.label, file.split) for file in read().files}
    assert found == {"train/a.png": ("cat", "train"), "valid/a.png": ("dog", "validation")}


def test_names_that_lead_out_of_the_folder_find_nothing(images, texts, read, problems):
    images("a.png")
    texts({"coco.json": coco([], ["../a.png", "/etc/passwd", ""])})
    reading = read()
    assert len(reading.problems) == 3
    assert [file.path.name for file in reading.files] == ["a.png"]


def test_compressed_runs_are_what_cocoapi_makes_of_a_mask():
    """The text is of pycocotools 2.0.11 for the mask below."""
    mask = np.zeros((30, 40), np.uint8)
    mask[5:20, 8:30] = 1
    mask[10:12, 12:18] = 0
    runs = decode_runs(COMPRESSED)
    assert sum(runs) == mask.size
    [region] = drawn(RunMark(30, 40, runs, "hole"), 30, 40)
    assert np.array_equal(mask_of([region], 30, 40), mask * 255)


def test_polygons_fill_the_pixels_whose_centers_they_hold():
    [region] = drawn(PolygonMark(((3.0, 4.0, 9.0, 4.0, 9.0, 12.0, 3.0, 12.0),)), 30, 40)
    expected = np.zeros((30, 40), np.uint8)
    expected[4:12, 3:9] = 255
    assert np.array_equal(mask_of([region], 30, 40), expected)


def test_polygons_that_reach_out_are_cut_off_at_the_edge():
    [region] = drawn(PolygonMark(((-10.0, -10.0, 5.0, -10.0, 5.0, 5.0, -10.0, 5.0),)), 30, 40)
    assert (region.left, region.top, region.width, region.height) == (0, 0, 5, 5)
