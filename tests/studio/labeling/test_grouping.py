import pytest

from models.events import finish
from studio.errors import UserError
from studio.labeling import SplitRecipe, find_groups, side_counts, split_as
from studio.labeling.belonging import belonging_fields, in_words
from studio.labeling.grouping import BELONGING
from studio.project.edits import edit
from studio.project.items import NewItem, add_items, item
from studio.project.part import Part


@pytest.fixture
def named(project, tmp_path):
    """Adds items with these file names, and tells the groups that are found, by file name."""

    def groups(by: str, *names: str) -> dict[str, str]:
        facts = {"width": 8, "height": 8, "channels": 1, "depth": 8}
        new = [NewItem(tmp_path / name, sha256=name, pixel_sha256=name, **facts) for name in names]
        ids = dict(zip(add_items(project, new), names, strict=True))
        return {ids[item_id]: group for item_id, group in finish(find_groups(project, by)).items()}

    return groups


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [
        ("*_?", {"a/P1_left_01.png": "P1_left", "b/P1_right_02.png": "P1_right", "P12_.png": "P12"}),
        ("+_?", {"a/P1_left_01.png": "P1", "b/P1_right_02.png": "P1", "P12_.png": "P12"}),
        ("*#?", {"a/P1_left_01.png": "P1_left_", "b/P1_right_02.png": "P1_right_", "P12_.png": "P"}),
        ("P#_+_#", {"a/P1_left_01.png": "left", "b/P1_right_02.png": "right"}),
        ("*1_+_#", {"a/P1_left_01.png": "P left", "b/P1_right_02.png": "P right"}),
    ],
)
def test_a_pattern_finds_the_part_of_the_name_that_counts(named, pattern, groups):
    assert named(f"name:{pattern}", "a/P1_left_01.png", "b/P1_right_02.png", "P12_.png", "(x).png") == groups


def test_what_a_pattern_lacks_is_said(named):
    with pytest.raises(UserError, match="stands for what names the group"):
        named("name:_#", "a_1.png")
    with pytest.raises(UserError, match="No file's name fits"):
        named("name:*=?", "b_1.png")


def test_blocks_follow_the_order_of_the_names_as_people_count(named):
    groups = named("order:2", "shot10.png", "shot9.png", "shot1.png", "shot2.png", "other/shot1.png")
    assert groups == {
        "other/shot1.png": "1",
        "shot1.png": "1",
        "shot2.png": "2",
        "shot9.png": "2",
        "shot10.png": "3",
    }


@pytest.mark.parametrize("length", ["", "0", "two"])
def test_a_length_that_is_none_is_refused(named, length):
    with pytest.raises(UserError, match="not a number of images"):
        named(f"order:{length}", "a.png")


def test_slices_of_a_volume_come_in_their_order(project, tmp_path):
    facts = {"sha256": "a", "pixel_sha256": "a", "width": 8, "height": 8, "channels": 1, "depth": 8}
    new = [NewItem(tmp_path / "v.nii", part=Part(frame=frame, plane="axial"), **facts) for frame in (10, 9, 2, 1)]
    first, second, third, fourth = add_items(project, new)
    assert finish(find_groups(project, "order:2")) == {fourth: "1", third: "1", second: "2", first: "2"}


def test_what_plainly_belongs_together_is_kept_together_unasked(project, add):
    fields = [
        {"patient": "1", "file": "a"},
        {"patient": "1"},
        {"file": "a"},
        {"patient": "2", "lot": "7"},
        {"lot": "7"},
    ]
    first, second, third, *others = add(["a"] * 5, fields)
    assert belonging_fields(project) == {"file": 1, "patient": 1}
    assert in_words(belonging_fields(project)) == "Kept together: the images of 1 file, 1 patient."
    assert finish(find_groups(project, BELONGING)) == dict.fromkeys([first, second, third], str(first)) | {
        others[0]: str(others[0])
    }
    finish(split_as(project, SplitRecipe(0.4)))
    assert len({item(project, each).split for each in (first, second, third)}) == 1


def test_images_set_aside_keep_nothing_together(project, add):
    ids = add(["a"] * 4, [{"patient": "1"}] * 2 + [{}] * 2)
    edit(project, "exclude", "decision", {ids[1]: "exclude"})
    assert belonging_fields(project) == {}
    assert "No field says" in in_words({})


def test_where_nothing_belongs_together_shares_are_exact(project, add):
    add(["a"] * 5 + ["b"] * 5, [{"patient": str(number)} for number in range(10)])
    finish(split_as(project, SplitRecipe(0.4)))
    assert side_counts(project) == {
        "a": {"train": 3, "validation": 0, "test": 2},
        "b": {"train": 3, "validation": 0, "test": 2},
        None: {"train": 0, "validation": 0, "test": 0},
    }


def test_an_unknown_field_names_those_there_are(project, add):
    add(["a"] * 4, [{"patient": "1"}] * 4)
    with pytest.raises(UserError, match="There are: patient"):
        finish(find_groups(project, "wafer"))


def test_images_without_the_field_or_set_aside_have_no_group(project, add):
    ids = add(["a"] * 4, [{"patient": "1"}, {"patient": "2"}, {"patient": ""}, {}])
    edit(project, "exclude", "decision", {ids[1]: "exclude"})
    assert finish(find_groups(project, "patient")) == {ids[0]: "1"}


def test_whoever_shares_a_group_of_any_kind_is_together(project, add):
    lots = [{"lot": "A", "line": "1"}, {"lot": "A"}, {"lot": "B", "line": "1"}, {"lot": "C"}, {}]
    first, second, third, fourth, fifth = add(["a"] * 5, lots)
    groups = finish(find_groups(project, "lot", "line"))
    assert groups[first] == groups[second] == groups[third] != groups[fourth]
    assert fifth not in groups
