"""metadata.csv and metadata.jsonl of Hugging Face say classes, fields and boxes of files below their folders."""

from studio.importing.marks import BoxMark


def test_columns_become_class_and_fields_in_each_side(images, texts, read, folder):
    images("train/0.png", "train/1.png", "test/sub/0.png")
    texts(
        {
            "train/metadata.csv": "file_name,label,camera\n0.png,cat,north\n1.png,dog,\n9.png,dog,\n",
            "test/metadata.jsonl": '{"file_name": "sub/0.png", "label": "cat", "lot": 7}\n',
        }
    )
    reading = read()
    assert reading.layout == "imagefolder"
    found = {f.path.relative_to(folder).as_posix(): (f.label, f.split, f.fields) for f in reading.files}
    assert found == {
        "test/sub/0.png": ("cat", "test", {"lot": "7"}),
        "train/0.png": ("cat", "train", {"camera": "north"}),
        "train/1.png": ("dog", "train", {}),
    }
    assert [problem.what for problem in reading.problems] == ["There is no image “9.png”."]


def test_folders_are_classes_where_no_column_is(images, texts, read):
    images("cat/0.png", "dog/1.png")
    texts({"metadata.csv": "file_name,text\ncat/0.png,a cat\ndog/1.png,a dog\n"})
    assert [(f.label, f.fields) for f in read().files] == [("cat", {"text": "a cat"}), ("dog", {"text": "a dog"})]


def test_objects_are_boxes(images, texts, read, problems):
    images("0.png", "1.png", "2.png")
    texts(
        {
            "metadata.jsonl": '{"file_name": "0.png", "objects": {"bbox": [[1, 2, 3, 4]], "categories": ["cat"]}}\n'
            '{"file_name": "1.png", "objects": {"bbox": [[1, 2, 3]], "categories": ["cat"]}}\n'
            '{"file_name": "2.png", "objects": {"bbox": [[1, 2, 3, -4]], "categories": ["cat", "dog"]}}\n'
            "{broken\n"
        }
    )
    reading = read()
    assert reading.files[0].marks == (BoxMark((1, 2, 3, 4), "cat"),) and reading.files[0].label == "cat"
    assert set(problems(reading)) == {f"metadata.jsonl: row {number}" for number in (2, 3, 4)}
