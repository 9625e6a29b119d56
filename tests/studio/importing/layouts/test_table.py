"""Tables of every kind say classes and fields; what does not fit is listed and stops nothing."""

import pytest
from openpyxl import Workbook

from models.events import finish
from studio.importing import import_sources
from studio.project.items import items

ROWS = [("file", "label", "相机"), ("0.png", "划痕", "北"), ("1.png", "凹坑", "南")]


def said(reading) -> list:
    return [(file.path.name, file.label, file.fields) for file in reading.files]


EXPECTED = [("0.png", "划痕", {"相机": "北"}), ("1.png", "凹坑", {"相机": "南"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_separator(images, read, folder, encoding, separator):
    images("0.png", "1.png")
    text = "\r\n".join(separator.join(row) for row in ROWS)
    (folder / "labels.csv").write_bytes(text.encode(encoding))
    reading = read()
    assert reading.layout == "table" and said(reading) == EXPECTED and not reading.problems


def test_western_letters_of_windows(images, read, folder):
    images("0.png", "1.png")
    (folder / "labels.csv").write_bytes("file;label\n0.png;Schädel\n1.png;Größe é\n".encode("cp1252"))
    assert [file.label for file in read().files] == ["Schädel", "Größe é"]


def test_excel(images, read, folder):
    images("0.png", "1.png")
    book = Workbook()
    for row in [("file", "label", "lot"), ("0.png", 1.0, 7), (None, None, None), ("1.png", True, 2.5)]:
        book.active.append(row)
    book.save(folder / "labels.xlsx")
    assert said(read()) == [("0.png", "1", {"lot": "7"}), ("1.png", "True", {"lot": "2.5"})]


def test_json_lines(images, texts, read, problems):
    images("0.png", "1.png")
    texts({"labels.jsonl": '{"image": "0.png", "class": "pit"}\n\nnot json\n{"image": "1.png", "lot": 3}\n[1]\n'})
    reading = read()
    assert said(reading) == [("0.png", "pit", {}), ("1.png", None, {"lot": "3"})]
    assert set(problems(reading)) == {"labels.jsonl: row 3", "labels.jsonl: row 5"}


def test_a_table_without_names_of_columns(images, texts, read):
    images("0.png", "1.png")
    texts({"labels.csv": "0.png,pit,x\n1.png,scratch,y\n"})
    assert said(read()) == [("0.png", "pit", {"column 3": "x"}), ("1.png", "scratch", {"column 3": "y"})]


def test_quoted_line_breaks_and_names_without_suffix(images, texts, read):
    images("0.png", "1.png")
    texts({"labels.csv": 'id,label,note\n0,pit,"two\nlines, really"\n1,scratch,\n'})
    assert said(read()) == [("0.png", "pit", {"note": "two\nlines, really"}), ("1.png", "scratch", {})]


def test_what_does_not_fit_is_listed_row_by_row(images, texts, read, problems):
    images("a/0.png", "b/0.png", "1.png", "2.png", "3.png", "4.png", "5.png")
    rows = ["1.png,pit", "1.png,pit", "2.png,pit", "2.png,scratch", "0.png,pit", "nowhere.png,pit", ",pit", "a/0.png,x"]
    rows += ["3.png,pit", "./4.png,pit", "5.png"]
    texts({"labels.csv": "file,label\n" + "\n".join(rows)})
    reading = read()
    assert problems(reading) == {
        "labels.csv: row 3": "“1.png” is named again.",
        "labels.csv: row 5": "“2.png” is named again, with another class: the first row counts.",
        "labels.csv: row 6": "There are several images “0.png”: give their folders too.",
        "labels.csv: row 7": "There is no image “nowhere.png”.",
        "labels.csv: row 8": "It names no file.",
    }
    labels = {f"{file.path.parent.name}/{file.path.name}": file.label for file in reading.files}
    assert labels["a/0.png"] == "x" and labels["b/0.png"] is None and labels["set/4.png"] == "pit"


def test_a_table_without_classes_leaves_those_of_the_folders(images, texts, read):
    images("cat/0.png", "dog/1.png")
    texts({"facts.csv": "file,split,camera\n0.png,train,north\n1.png,TEST,south\n"})
    found = [(file.label, file.split, file.fields) for file in read().files]
    assert found == [("cat", "train", {"camera": "north"}), ("dog", "test", {"camera": "south"})]


def test_a_table_given_alone_brings_in_the_files_that_it_names(images, folder, project, tmp_path):
    images("0.png", "1.png")
    table = tmp_path / "list.csv"
    table.write_text(f"path,label\nset/0.png,pit\n{folder / '1.png'},scratch\nset/2.png,pit\n")
    result = finish(import_sources(project, [table]))
    assert (result.imported, len(result.problems)) == (2, 1)
    assert [item.label for item in items(project)] == ["pit", "scratch"]


def test_a_table_that_speaks_of_something_else_is_not_taken(images, texts, read):
    images("cat/0.png", "dog/1.png")
    texts({"notes.csv": "name,age\nMax,3\nMia,4\n"})
    assert read().layout == "folders"


@pytest.mark.parametrize("content", [b"", b"\0\1\2\3" * 100, b"PK\3\4 broken", b"\xff\xfe", b'"' * 5000])
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_a_broken_table_in_the_folder_is_no_reason_to_stop(images, folder, read, content, suffix):
    images("0.png", "1.png")
    (folder / f"labels.{suffix}").write_bytes(content)
    assert read().layout == "flat"


def test_a_workbook_with_damaged_parts_is_no_reason_to_stop(images, folder, read):
    """Found by damaging files: the parts of a workbook fail in ways of their own."""
    images("0.png", "1.png")
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(folder / "labels.xlsx")
    content = (folder / "labels.xlsx").read_bytes()
    for place in range(0, len(content), 97):
        (folder / "labels.xlsx").write_bytes(content[:place] + b"\xff" * 3 + content[place + 3 :])
        assert read().layout in ("flat", "table")
