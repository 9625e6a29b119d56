import pytest

from studio.errors import UserError
from studio.labeling import label, label_from_table, make_class, next_unlabeled, rename_class
from studio.project.edits import edit, undo
from studio.project.items import class_counts, classes, item


def test_a_label_is_set_taken_away_and_undone(project, add):
    ids = add([None] * 3)
    label(project, ids[:2], "scratch")
    assert class_counts(project) == {"scratch": 2, None: 1}
    label(project, ids[:1], None)
    assert item(project, ids[0]).label is None
    undo(project)
    assert item(project, ids[0]).label == "scratch"


def test_classes_are_made_and_renamed(project, add):
    ids = add([None])
    assert make_class(project, "  two   words ") == "two words"
    label(project, ids, "two words")
    rename_class(project, "two words", "scratch")
    assert item(project, ids[0]).label == "scratch"
    make_class(project, "pit")
    with pytest.raises(UserError, match="already"):
        rename_class(project, "pit", "scratch")
    with pytest.raises(UserError, match="needs a name"):
        make_class(project, "   ")
    assert classes(project) == ["scratch", "pit"]


def test_the_next_unlabeled_image_wraps_around_and_skips_excluded_ones(project, add):
    ids = add([None, "a", None, None])
    edit(project, "exclude", "decision", {ids[3]: "exclude"})
    assert next_unlabeled(project) == ids[0]
    assert next_unlabeled(project, ids[0]) == ids[2]
    assert next_unlabeled(project, ids[2]) == ids[0]
    label(project, ids, "a")
    assert next_unlabeled(project) is None


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
    result = label_from_table(project, table)
    assert [item(project, i).label for i in ids] == ["good", "pit", "pit", None]
    assert (result.labeled, result.unmatched, result.ambiguous) == (3, ["other/0003.png", "nowhere.png"], [])
    undo(project)
    assert class_counts(project)[None] == 4


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00file", b"file,label\n"])
def test_a_table_that_cannot_be_read_is_refused_in_one_sentence(project, tmp_path, content):
    table = tmp_path / "labels.csv"
    table.write_bytes(content)
    with pytest.raises(UserError, match=r"labels\.csv"):
        label_from_table(project, table)


def test_names_in_a_table_that_are_no_files_are_said(project, add, tmp_path):
    add([None])
    table = tmp_path / "labels.csv"
    table.write_text("file,label\n.,good\n/,good\n0000.png,pit\n")
    result = label_from_table(project, table)
    assert (result.labeled, result.unmatched) == (1, [".", "/"])
