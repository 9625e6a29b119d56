"""Looking through items: filters and orders, whatever signs the names hold."""

import pytest

from studio.project.browse import (
    ANY_FINDING,
    Filter,
    Order,
    ScoreRange,
    browse,
    browse_among,
    choices,
)
from studio.project.edits import edit
from studio.project.items import NewItem, add_items

NO_ORDER = Order()


@pytest.fixture
def ids(project) -> list[int]:
    """Four items, a to d."""
    rows = [
        ("a_1.png", "good", {"lot": "10"}, 0.9),
        ("b%1.png", "scratch", {"lot": "9", 'odd " name': "x'y"}, 0.7),
        ("c'1.png", None, {}, 0.5),
        ("d1.png", "good", {"lot": "mixed"}, None),
    ]
    return add_items(
        project,
        [
            NewItem(
                project.folder / name,
                name,
                name,
                10 * number,
                10,
                1,
                8,
                label=label,
                fields=fields,
                scores={} if score is None else {"sharpness": score, "contrast": number},
                split="test" if number == 2 else None,
            )
            for number, (name, label, fields, score) in enumerate(rows, 1)
        ],
    )


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Filter(), "abcd"),
        (Filter(text="1.PNG"), "abcd"),
        (Filter(text="_"), "a"),
        (Filter(text="%"), "b"),
        (Filter(text="'"), "c"),
        (Filter(label="good"), "ad"),
        (Filter(label=""), "c"),
        (Filter(split="test"), "b"),
        (Filter(split=""), "acd"),
        (Filter(decision="exclude"), "d"),
        (Filter(check=ANY_FINDING), "bc"),
        (Filter(check="blurred"), "c"),
        (Filter(field=("lot", "9")), "b"),
        (Filter(field=('odd " name', "x'y")), "b"),
        (Filter(score=ScoreRange("sharpness", 0.5, 0.7)), "bc"),
        (Filter(label="good", score=ScoreRange("sharpness", 0, 1)), "a"),
    ],
)
def test_filter(project, ids, shown, expected) -> None:
    edit(project, "exclude", "decision", {ids[3]: "exclude"})
    with project.writing() as db:
        db.executemany("INSERT INTO finding VALUES (?, ?, 1, '[]')", [(ids[1], "dark"), (ids[2], "blurred")])
    assert "".join("abcd"[ids.index(found)] for found in browse(project, shown, NO_ORDER)) == expected
    assert choices(project).checks == ["blurred", "dark"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order("file"), "abcd"),
        (Order("file", descending=True), "dcba"),
        (Order("label"), "adbc"),
        (Order("area", descending=True), "dcba"),
        (Order("field", "lot"), "dbac"),
        (Order("score", "sharpness"), "cbad"),
        (Order("score", "sharpness", descending=True), "abcd"),
    ],
)
def test_order_has_items_without_a_value_last(project, ids, order, expected) -> None:
    assert "".join("abcd"[ids.index(found)] for found in browse(project, Filter(), order)) == expected


def test_among_given_items_their_own_order_stays(project, ids) -> None:
    a, b, c, d = ids
    assert browse_among(project, Filter(label="good"), NO_ORDER, [d, c, a]) == [d, a]
    assert browse_among(project, Filter(), Order("score", "sharpness"), [d, a, c]) == [c, a, d]
    assert browse(project, Filter(text="1"), NO_ORDER, "label = ?", ("scratch",)) == [b]


def test_what_can_be_chosen(project, ids) -> None:
    found = choices(project)
    assert found.labels == ["good", "scratch"]
    assert found.fields == {"lot": ["10", "9", "mixed"], 'odd " name': ["x'y"]}
    assert found.scores == {"contrast": (1.0, 3.0), "sharpness": (0.5, 0.9)}
