from collections import Counter

import pytest

from models.events import finish
from studio.errors import UserError
from studio.labeling import find_groups, group_fields, side_counts, split
from studio.project.edits import edit, undo
from studio.project.items import item, items


def splits(project):
    return {found.id: found.split for found in items(project)}


def test_the_share_is_exact_and_each_class_has_it(project, add):
    add(["good"] * 57 + ["scratch"] * 31 + ["pit"] * 13)
    split(project, 0.2)
    counts = Counter((found.label, found.split) for found in items(project))
    assert sum(n for (_, side), n in counts.items() if side == "test") == 20
    assert (counts["good", "test"], counts["scratch", "test"], counts["pit", "test"]) == (11, 6, 3)


def test_the_same_seed_gives_the_same_split_and_another_seed_another(project, add):
    add(["a", "b"] * 30)
    split(project, seed=1)
    first = splits(project)
    split(project, seed=2)
    assert splits(project) != first
    split(project, seed=1)
    assert splits(project) == first


def test_a_class_keeps_an_image_for_training(project, add):
    add(["a"] * 10 + ["b", "c", "d", "e", "f"])
    split(project, 0.5)
    assert {found.label for found in items(project, "split = 'train'")} == set("abcdef")


def test_a_group_never_crosses(project, add):
    patients = [{"patient": f"p{number // 5}"} for number in range(100)]
    add(["sick" if number % 3 else "well" for number in range(100)], patients)
    split(project, 0.2, groups=finish(find_groups(project, "patient")))
    sides = {(found.fields["patient"], found.split) for found in items(project)}
    assert len(sides) == 20
    assert sum(found.split == "test" for found in items(project)) == 20
    assert group_fields(project) == ["patient"]


def test_groups_that_are_too_large_are_refused_and_nothing_changes(project, add):
    add(["a"] * 10, [{"line": "1"}] * 10)
    with pytest.raises(UserError, match="too large"):
        split(project, 0.2, groups=finish(find_groups(project, "line")))
    assert set(splits(project).values()) == {None}


@pytest.mark.parametrize("shares", [{"test": 1.0}, {"test": 0.5, "validation": 0.5}, {"test": -0.1}])
def test_shares_that_leave_nothing_to_train_with_are_refused(project, add, shares):
    add(["a"] * 4)
    with pytest.raises(UserError, match="less than 1 together"):
        split(project, **shares)


def test_three_sides_have_their_shares_of_each_class(project, add):
    add(["good"] * 60 + ["scratch"] * 30 + [None] * 10)
    split(project, 0.2, validation=0.1)
    assert side_counts(project) == {
        "good": {"train": 42, "validation": 6, "test": 12},
        "scratch": {"train": 21, "validation": 3, "test": 6},
        None: {"train": 7, "validation": 1, "test": 2},
    }


def test_more_validation_images_leave_the_test_images_as_they_are(project, add):
    add(["a", "b"] * 30)
    split(project, 0.2, seed=3)
    before = {found for found, side in splits(project).items() if side == "test"}
    split(project, 0.2, validation=0.3, seed=3)
    assert {found for found, side in splits(project).items() if side == "test"} == before
    assert Counter(splits(project).values()) == {"train": 30, "validation": 18, "test": 12}


def test_groups_keep_to_three_sides(project, add):
    add(["sick" if number % 3 else "well" for number in range(120)])
    ids = list(splits(project))
    groups = {item_id: str(number // 4) for number, item_id in enumerate(ids[:100])}  # the others are alone
    split(project, 0.2, validation=0.2, groups=groups, seed=5)
    sides = splits(project)
    assert len({(groups[found], sides[found]) for found in groups}) == 25
    assert Counter(sides.values()) == {"train": 72, "validation": 24, "test": 24}


def test_excluded_images_do_not_count_and_the_split_can_be_undone(project, add):
    ids = add(["a"] * 20)
    edit(project, "exclude", "decision", dict.fromkeys(ids[:10], "exclude"))
    split(project, 0.2)
    assert item(project, ids[0]).split is None
    assert sum(found.split == "test" for found in items(project)) == 2
    undo(project)
    assert set(splits(project).values()) == {None}


def test_images_without_a_label_are_split_too(project, add):
    add([None] * 10)
    split(project, 0.3)
    assert Counter(splits(project).values()) == {"train": 7, "test": 3}
