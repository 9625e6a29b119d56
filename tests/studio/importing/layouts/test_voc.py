"""Boxes of Pascal VOC; entities and whatever else XML can hide are refused."""

from studio.importing.marks import BoxMark


def voc(*objects: tuple, filename: str = "a.png") -> str:
    boxes = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{right}</xmax>"
        f"<ymax>{bottom}</ymax></bndbox></object>"
        for name, left, top, right, bottom in objects
    )
    return f"<annotation><filename>{filename}</filename>{boxes}</annotation>"


def test_boxes_classes_and_sides(images, texts, read, folder):
    images("JPEGImages/a.png", "JPEGImages/b.png", "JPEGImages/c.png", "SegmentationClass/a.png")
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
