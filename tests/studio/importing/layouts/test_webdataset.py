"""What belongs to one key comes in together, from folders and from shards."""

import tarfile

from models.events import finish
from studio.importing import import_sources
from studio.importing.marks import MaskMark
from studio.project.items import items


def test_classes_fields_texts_and_masks(images, texts, read, folder):
    images("000.png", "000.seg.png", "001.png")
    texts(
        {
            "000.cls": "7",
            "000.json": '{"camera": "north", "lot": 3, "box": [1, 2]}',
            "001.json": '{"label": "pit"}',
            "001.txt": "a pit",
        }
    )
    reading = read()
    assert reading.layout == "webdataset"
    first, second = reading.files
    assert (first.label, first.fields) == ("7", {"camera": "north", "lot": "3"})
    assert first.marks == (MaskMark(folder / "000.seg.png", "7"),)
    assert (second.label, second.fields) == ("pit", {"txt": "a pit"})


def test_broken_facts_are_listed(images, texts, read, problems):
    images("000.png", "001.png")
    texts({"000.cls": "7", "001.json": "[1"})
    reading = read()
    assert set(problems(reading)) == {"001.json"} and len(reading.files) == 2


def test_a_folder_of_shards_comes_in(images, texts, folder, project, tmp_path):
    images("000.png", "001.png")
    texts({"000.cls": "cat", "001.cls": "dog"})
    (tmp_path / "shards").mkdir()
    for key in ("000", "001"):
        with tarfile.open(tmp_path / "shards" / f"train-{key}.tar", "w") as shard:
            for path in sorted(folder.glob(f"{key}.*")):
                shard.add(path, path.name)
    result = finish(import_sources(project, [tmp_path / "shards"]))
    assert (result.layout, result.imported) == ("webdataset", 2)
    found = [(item.path.name, item.label, item.split) for item in items(project)]
    assert found == [("000.png", "cat", "train"), ("001.png", "dog", "train")]
    assert finish(import_sources(project, [tmp_path / "shards"])).unchanged == 2
