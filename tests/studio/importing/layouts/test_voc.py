"""Boxes of Pascal VOC; entities and whatever else XML can hide are refused."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from models.events import finish
from studio.importing import import_sources
from studio.importing.marks import BoxMark
from studio.importing.numbered import colormap
from studio.project.items import items
from studio.project.regions import mask_of, regions


def voc(*objects: tuple, filename: str = "a.png") -> str:
    boxes = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right}</xmax>"
        f"<ymax>{bottom}</ymax></bndbox></object>"
        for name, left, top, right, bottom in objects
    )
    return f"<annotation><filename>{filename}</filename>{boxes}</annotation>"


def test_boxes_classes_and_sides(images, texts, read, folder):
    images("JPEGImages/a.png", "JPEGImages/b.png", "JPEGImages/c.png")
    texts(
        {
            "Annotations/a.xml": voc(("dog", 1, 1, 10, 5), ("dog", "3.5", 4, 8, 9)),
            "Annotations/b.xml": voc(("dog", 1, 1, 10, 5), ("cat", 3, 4, 8, 9), filename="b.png"),
            "ImageSets/Main/train.txt": "a\n",
            "ImageSets/Main/val.txt": "b\n",
        }
    )
    reading = read()
    assert reading.layout == "voc" and not reading.problems
    found = {file.path.relative_to(folder).as_posix(): (file.label, file.split) for file in reading.files}
    assert found == {
        "JPEGImages/a.png": ("dog", "train"),
        "JPEGImages/b.png": (None, "validation"),
        "JPEGImages/c.png": (None, None),
    }
    assert reading.files[0].marks == (BoxMark((0, 0, 10, 5), "dog"), BoxMark((2.5, 3, 5.5, 6), "dog"))
    assert reading.files[1].fields == {"objects": "cat, dog"}


def test_an_image_is_found_by_the_name_that_the_annotation_gives(images, texts, read):
    images("pictures/001.png")
    texts({"xml/first.xml": voc(("dog", 1, 1, 10, 5), filename="C:\\\\data\\001.png")})
    assert [(file.path.name, file.label) for file in read().files] == [("001.png", "dog")]


def test_what_does_not_fit_is_listed(images, texts, read, problems):
    images("JPEGImages/a.png")
    texts(
        {
            "Annotations/a.xml": voc(
                ("dog", 1, 1, 10, 5), ("dog", 9, 1, 2, 5), ("dog", "nan", 1, 2, 5), ("dog", "", 1, 2, 5)
            ),
            "Annotations/lost.xml": voc(("dog", 1, 1, 10, 5), filename="lost.png"),
            "Annotations/broken.xml": "<annotation><object>",
        }
    )
    reading = read()
    assert set(problems(reading)) == {
        "Annotations/a.xml: object 2",
        "Annotations/a.xml: object 3",
        "Annotations/a.xml: object 4",
        "Annotations/lost.xml",
        "Annotations/broken.xml",
    }
    assert len(reading.files[0].marks) == 1


def test_entities_are_refused(images, texts, read, problems, tmp_path):
    images("a.png")
    (tmp_path / "secret.txt").write_text("secret")
    outside = (tmp_path / "secret.txt").as_uri()
    laughs = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};">' for n in range(1, 40))
    texts(
        {
            "a.xml": f'<!DOCTYPE annotation [<!ENTITY s SYSTEM "{outside}">]>' + voc(("&s;", 1, 1, 10, 5)),
            "b.xml": f'<!DOCTYPE annotation [<!ENTITY l0 "ha">{laughs}]>' + voc(("&l39;", 1, 1, 10, 5)),
        }
    )
    reading = read("voc")
    assert set(problems(reading)) == {"a.xml", "b.xml"}
    assert [(file.path.name, file.label) for file in reading.files] == [("a.png", None)]


CLASSES = np.zeros((30, 40), np.uint8)
CLASSES[2:12, 3:20] = 255
CLASSES[3:11, 4:10], CLASSES[3:11, 13:19], CLASSES[20:25, 20:30] = 12, 12, 8
OBJECTS = CLASSES.copy()
OBJECTS[3:11, 4:10], OBJECTS[3:11, 13:19], OBJECTS[20:25, 20:30] = 1, 3, 2
"""Two dogs (12) and a cat (8), void around the dogs."""


def paint(path: Path, numbers: np.ndarray, mode: str = "P") -> None:
    picture = Pillow.fromarray(numbers)
    if mode == "P":
        picture.putpalette(colormap().tobytes())
    elif mode == "RGB":
        picture = Pillow.fromarray(colormap()[numbers])
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def shown(project) -> list[tuple[str, int]]:
    """What is marked in the first image: the class and the number of pixels of each region."""
    first = next(items(project, "path LIKE '%/a.png'"))
    return sorted((region.name, region.area) for region in regions(project, [first.id]).get(first.id, ()))


def test_the_colors_are_those_of_the_challenge():
    assert colormap()[[0, 1, 2, 3, 8, 12, 20, 255]].tolist() == [
        *([0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [64, 0, 0], [64, 0, 128], [0, 64, 128], [224, 224, 192]),
    ]


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_masks_of_classes(mode, images, folder, project):
    """Without any annotation in XML; what is void belongs to nothing."""
    images("JPEGImages/a.png", "JPEGImages/b.png")
    paint(folder / "SegmentationClass" / "a.png", CLASSES, mode)
    result = finish(import_sources(project, [folder]))
    assert (result.layout, result.imported, result.problems) == ("voc", 2, [])
    assert shown(project) == [("cat", 50), ("dog", 96)]
    first = next(items(project))
    found = regions(project, [first.id])[first.id]
    dogs = [region for region in found if region.name == "dog"]
    assert np.array_equal(mask_of(dogs, 30, 40) > 0, CLASSES == 12)


def test_masks_of_objects_take_the_place_of_their_boxes(images, texts, folder, project):
    images("JPEGImages/a.png")
    paint(folder / "SegmentationClass" / "a.png", CLASSES)
    paint(folder / "SegmentationObject" / "a.png", OBJECTS)
    texts({"Annotations/a.xml": voc(("dog", 5, 4, 10, 11), ("cat", 21, 21, 30, 25), ("sofa", 1, 1, 40, 30))})
    finish(import_sources(project, [folder]))
    assert shown(project) == [("cat", 50), ("dog", 48), ("dog", 48), ("sofa", 1200)]


def test_objects_without_classes_are_those_of_the_annotation(images, texts, folder, project):
    images("JPEGImages/a.png")
    paint(folder / "SegmentationObject" / "a.png", OBJECTS)
    texts({"Annotations/a.xml": voc(("rust", 5, 4, 10, 11), ("dent", 21, 21, 30, 25), ("rust", 14, 4, 19, 11))})
    finish(import_sources(project, [folder]))
    assert shown(project) == [("dent", 50), ("rust", 48), ("rust", 48)]


@pytest.mark.parametrize(
    "name, text",
    [
        ("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\nscratch:64,0,128::\npit:64,0,0::\n"),
        ("class_names.txt", "\n".join(["__ignore__", "_background_", *"1234567", "pit", *"9ab", "scratch"])),
    ],
)
def test_names_of_other_classes(name, text, images, texts, folder, project):
    images("JPEGImages/a.png")
    paint(folder / "SegmentationClass" / "a.png", CLASSES)
    texts({name: text})
    finish(import_sources(project, [folder]))
    assert shown(project) == [("pit", 50), ("scratch", 96)]


def test_bad_masks_are_listed_and_their_images_come_in(images, texts, folder, project):
    images("JPEGImages/a.png", "JPEGImages/b.png", "JPEGImages/c.png", "SegmentationClass/a.png")
    paint(folder / "SegmentationClass" / "b.png", CLASSES[:20])
    paint(folder / "SegmentationClass" / "lost.png", CLASSES)
    paint(folder / "SegmentationClass" / "c.png", CLASSES)
    cut = (folder / "SegmentationClass" / "c.png").read_bytes()[:-40]
    (folder / "SegmentationClass" / "c.png").write_bytes(cut)
    texts({"labelmap.txt": "pit:64,0"})
    result = finish(import_sources(project, [folder]))
    assert result.imported == 3
    said = {Path(each.where).name: each.what for each in result.problems}
    assert said.keys() == {"a.png", "b.png", "c.png", "lost.png", "labelmap.txt"}
    assert "too many values" in said["a.png"] and "does not fit" in said["b.png"] and "damaged" in said["c.png"]
