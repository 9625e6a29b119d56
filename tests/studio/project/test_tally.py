"""Counts are kept, so that they are known at once, and stay true through every way that items change."""

from studio.project.edits import edit, redo, undo
from studio.project.items import NewItem, add_items, class_counts, class_id_of, count
from tests.studio.many_items import add_many

KIND = "origin, decision, class_id, split"


def kept_and_counted(project) -> tuple[list, list]:
    kept = project.db.execute(f"SELECT {KIND}, n FROM tally WHERE n ORDER BY 1, 2, 3, 4").fetchall()
    counted = project.db.execute(f"SELECT {KIND}, count(*) FROM item GROUP BY {KIND} ORDER BY 1, 2, 3, 4").fetchall()
    return [tuple(row) for row in kept], [tuple(row) for row in counted]


def test_counts_follow_every_change(project) -> None:
    ids = add_many(project, 40)
    add_items(project, [NewItem(project.folder / "made.png", "a", "b", 8, 8, 1, 8, origin="synthetic")])
    edit(project, "exclude", "decision", dict.fromkeys(ids[:7], "exclude"))
    edit(project, "label", "class_id", dict.fromkeys(ids[5:20], class_id_of(project, "chip")))
    edit(project, "split", "split", dict.fromkeys(ids[:3], None))
    undo(project)
    undo(project)
    redo(project)
    with project.writing() as db:
        db.execute("DELETE FROM score WHERE item_id = ?", (ids[-1],))
        db.execute("DELETE FROM item WHERE id = ?", (ids[-1],))
    kept, counted = kept_and_counted(project)
    assert kept == counted
    assert count(project) == 40
    assert count(project, "decision = 'exclude'") == 7
    assert class_counts(project)["chip"] == 13


def test_items_that_were_there_are_not_counted_again(project) -> None:
    add_many(project, 10)
    add_many(project, 12)
    kept, counted = kept_and_counted(project)
    assert kept == counted
    assert count(project, "origin = 'real'") == 12
