"""Boxes and polygons of YOLO, with the names and sides that data.yaml gives."""

import pytest

from studio.importing.marks import BoxMark, PolygonMark, drawn

DATA = "path: .\ntrain: images/train\nval: images/val\nnames:\n  0: scratch\n  1: pit\n"


def test_boxes_polygons_names_and_sides(images, texts, read):
    images("images/train/a.png", "images/train/b.png", "images/val/c.png", "images/val/d.png")
    texts(
        {
            "data.yaml": DATA,
            "labels/train/a.txt": "0 0.5 0.5 0.2 0.4\n0 0.25 0.25 0.1 0.1 0.93\n",
            "labels/train/b.txt": "1 0.1 0.1 0.3 0.1 0.3 0.4\n\n",
            "labels/val/c.txt": "",
        }
    )
    reading = read()
    assert reading.layout == "yolo" and not reading.problems
    a, b, c, d = reading.files
    assert (a.label, a.split) == ("scratch", "train")
    assert a.marks == (
        BoxMark((0.4, 0.3, 0.2, 0.4), "scratch", relative=True),
        BoxMark((0.2, 0.2, 0.1, 0.1), "scratch", relative=True),
    )
    assert b.marks == (PolygonMark(((0.1, 0.1, 0.3, 0.1, 0.3, 0.4),), "pit", relative=True),)
    assert (c.label, c.split, d.label, d.split) == (None, "validation", None, "validation")
    [region] = drawn(a.marks[0], 30, 40)
    assert (region.left, region.top, region.width, region.height) == pytest.approx((16, 9, 8, 12))


def test_names_may_stand_in_classes_txt_beside_images_and_labels(images, texts, read):
    images("a.png", "b.png")
    texts({"classes.txt": "scratch\npit\n", "a.txt": "1 0.5 0.5 0.2 0.4\n", "b.txt": "0 0.5 0.5 1 1\n"})
    reading = read()
    assert reading.layout == "yolo"
    assert [(file.path.name, file.label) for file in reading.files] == [("a.png", "pit"), ("b.png", "scratch")]


def test_lists_of_files_are_sides(images, texts, read):
    images("images/a.png", "images/b.png")
    texts(
        {
            "data.yaml": "names: [scratch]\ntrain: train.txt\ntest: test.txt\n",
            "train.txt": "./images/a.png\n",
            "test.txt": "images/b.png\n../../etc/passwd\n",
            "labels/a.txt": "0 0.5 0.5 0.2 0.4",
            "labels/b.txt": "0 0.5 0.5 0.2 0.4",
        }
    )
    assert [(file.path.name, file.split) for file in read().files] == [("a.png", "train"), ("b.png", "test")]


def test_folders_above_the_source_say_nothing(images, texts, read, folder):
    images("test/set/images/a.png")
    texts({"test/set/classes.txt": "pit", "test/set/labels/a.txt": "0 0.5 0.5 0.2 0.4"})
    assert [(file.label, file.split) for file in read(None, folder / "test" / "set").files] == [("pit", None)]


def test_what_does_not_fit_is_listed_line_by_line(images, texts, read, problems):
    images("images/a.png")
    lines = [
        "0 0.5 0.5 0.2 0.4",
        "7 0.5 0.5 0.2 0.4",
        "0 0.5 0.5 0.2",
        "0 nan 0.5 0.2 0.4",
        "0 0.9 0.5 0.4 0.4",
        "0 0.5 0.5 -0.2 0.4",
        "x 0.5 0.5 0.2 0.4",
        "0 0.1 0.1 0.3 0.1 0.3 0.4 0.2",
        "0 100 100 20 20",
        "-1 0.5 0.5 0.2 0.4",
    ]
    texts({"data.yaml": DATA, "labels/a.txt": "\n".join(lines), "labels/other.txt": "0 0.5 0.5 0.2 0.4"})
    reading = read("yolo")
    found = problems(reading)
    assert set(found) == {f"labels/a.txt: line {number}" for number in range(2, 11)}
    assert found["labels/a.txt: line 2"] == "There is no class with the number 7."
    assert reading.files[0].marks == (BoxMark((0.4, 0.3, 0.2, 0.4), "scratch", relative=True),)


@pytest.mark.parametrize(
    "text",
    ["names: [a, b", "!!python/object/apply:os.system ['true']", "names: {0: [1, 2], x: y}", "- 1\n- 2", "\x00"],
)
def test_a_broken_or_malicious_yaml_leaves_the_numbers_as_names(images, texts, read, text):
    images("images/a.png")
    texts({"data.yaml": text, "labels/a.txt": "3 0.5 0.5 0.2 0.4"})
    assert [file.label for file in read("yolo").files] == ["3"]


def test_a_yaml_that_refers_to_itself_a_billion_times_is_no_harm(images, texts, read):
    images("images/a.png")
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)] + ["names: *a39"]
    texts({"data.yaml": "\n".join(lines), "labels/a.txt": "3 0.5 0.5 0.2 0.4"})
    assert [file.label for file in read("yolo").files] == ["3"]


def test_texts_about_images_are_no_yolo(images, texts, read):
    images("a.png", "b.png")
    texts({"classes.txt": "x", "a.txt": "A photo of 3 cats.", "b.txt": "1 2 3"})
    assert read().layout == "flat"
