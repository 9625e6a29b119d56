import csv
from itertools import islice

import pytest

from models.events import finish
from studio.errors import UserError
from studio.labeling import label, label_from_table, set_field, write_label_table
from studio.labeling.readings import read_second, second_readings
from studio.project.edits import edit, undo
from studio.project.items import NewItem, add_items, class_counts, item
from studio.project.part import Part


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_labels_by_name_and_by_path(project, add, tmp_path, separator):
    ids = add([None] * 4)
    table = tmp_path / "labels.csv"
    rows = [
        ("File", "Label"),
        ("0000.png", "good"),
        ("photos/0001.png", "pit"),
        (str(tmp_path / "photos" / "0002.png"), "pit"),
        ("other/0003.png", "pit"),
        ("nowhere.png", "good"),
    ]
    table.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8-sig")
    result = finish(label_from_table(project, table))
    assert [item(project, i).label for i in ids] == ["good", "pit", "pit", None]
    assert (result.labeled, result.unmatched, result.ambiguous) == (3, ["other/0003.png", "nowhere.png"], [])
    undo(project)
    assert class_counts(project)[None] == 4


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00file", b"file,label\n"])
def test_a_table_that_cannot_be_read_is_refused_in_one_sentence(project, tmp_path, content):
    table = tmp_path / "labels.csv"
    table.write_bytes(content)
    with pytest.raises(UserError, match=r"labels\.csv"):
        finish(label_from_table(project, table))


def test_names_in_a_table_that_are_no_files_are_said(project, add, tmp_path):
    add([None])
    table = tmp_path / "labels.csv"
    table.write_text("file,label\n.,good\n/,good\n0000.png,pit\n")
    result = finish(label_from_table(project, table))
    assert (result.labeled, result.unmatched) == (1, [".", "/"])


def cells(table):
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_labels_readings_and_fields_go_out_and_come_back(project, add, tmp_path):
    ids = add(["good", "pit", None, "pit"], [{"lot": "7"}, {"lot": "8"}, {}, {}])
    read_second(project, {ids[0]: "pit", ids[1]: "pit"})
    edit(project, "exclude", "decision", {ids[3]: "exclude"})
    table = tmp_path / "labels.csv"
    assert finish(write_label_table(project, table)) == 3
    assert cells(table) == [
        ["file", "label", "second_label", "lot"],
        ["photos/0000.png", "good", "pit", "7"],
        ["photos/0001.png", "pit", "pit", "8"],
        ["photos/0002.png", "", "", ""],
    ]
    label(project, ids, None)
    read_second(project, dict.fromkeys(ids))
    set_field(project, ids, "lot", "9")
    assert finish(label_from_table(project, table)).labeled == 2
    assert [item(project, i).label for i in ids] == ["good", "pit", None, None]
    assert [item(project, i).fields.get("lot") for i in ids] == ["7", "8", "9", "9"]
    assert second_readings(project) == {ids[0]: "pit", ids[1]: "pit"}


def test_a_table_of_a_second_reader_leaves_the_labels_alone(project, add, tmp_path):
    ids = add(["good", None])
    table = tmp_path / "second.csv"
    table.write_text("file,label\n0000.png,pit\n0001.png,pit\n")
    assert finish(label_from_table(project, table, second=True)).labeled == 2
    assert [item(project, i).label for i in ids] == ["good", None]
    assert second_readings(project) == dict.fromkeys(ids, "pit")


def test_images_of_one_file_are_told_apart(project, tmp_path):
    facts = {"sha256": "a", "pixel_sha256": "a", "width": 8, "height": 8, "channels": 1, "depth": 8}
    ids = add_items(project, [NewItem(tmp_path / "stack.tif", part=Part(frame=n), **facts) for n in range(3)])
    table = tmp_path / "labels.csv"
    label(project, ids[1:2], "pit")
    finish(write_label_table(project, table))
    label(project, ids, "good")
    finish(label_from_table(project, table))
    assert [item(project, i).label for i in ids] == ["good", "pit", "good"]
    table.write_text("file,label\nstack.tif,scratch\n")
    assert finish(label_from_table(project, table)).labeled == 3


def test_a_table_given_up_leaves_nothing_behind(project, add, tmp_path):
    add(["good", "pit"])
    table = tmp_path / "labels.csv"
    table.write_text("mine")
    task = write_label_table(project, table)
    assert any("Writing" in event.what for event in islice(task, 2))
    task.close()
    assert table.read_text() == "mine"
    assert not list(tmp_path.glob(".labels*"))
