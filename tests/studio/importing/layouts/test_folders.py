"""Folders are classes where they look like it."""


def labels(reading) -> dict[str, str | None]:
    return {file.path.name: file.label for file in reading.files}


def test_subfolders_are_classes_when_every_image_lies_in_one(images, texts, read):
    images("good/1.png", "bad/2.png", "bad/deep/3.png")
    texts({"readme.txt": "about"})
    reading = read()
    assert reading.layout == "folders"
    assert labels(reading) == {"1.png": "good", "2.png": "bad", "3.png": "bad", "readme.txt": None}
    assert [file.path.name for file in reading.files if not file.expected] == ["readme.txt"]
    assert set(labels(read("flat")).values()) == {None}


def test_one_stray_image_means_no_classes(images, read):
    images("good/1.png", "bad/2.png", "3.png")
    reading = read()
    assert reading.layout == "flat" and set(labels(reading).values()) == {None}


def test_a_single_subfolder_is_a_class_only_on_demand(images, read):
    images("2024/1.png", "2024/2.png")
    assert read().layout == "flat"
    assert set(labels(read("folders")).values()) == {"2024"}


def test_classes_may_lie_deeper_than_the_top(images, read):
    images("export/data/good/1.png", "export/data/bad/2.png")
    assert labels(read()) == {"1.png": "good", "2.png": "bad"}


def test_folders_of_splits_are_sides_and_not_classes(images, read):
    images("train/cat/1.png", "train/dog/2.png", "Test/cat/3.png", "val/dog/4.png")
    found = {file.path.name: (file.label, file.split) for file in read().files}
    assert found == {
        "1.png": ("cat", "train"),
        "2.png": ("dog", "train"),
        "3.png": ("cat", "test"),
        "4.png": ("dog", "validation"),
    }


def test_several_folders_dropped_together_are_classes(images, read, folder):
    images("good/1.png", "bad/2.png")
    assert labels(read(None, folder / "good", folder / "bad")) == {"1.png": "good", "2.png": "bad"}
