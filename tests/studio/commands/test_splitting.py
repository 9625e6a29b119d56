"""`seedbed split`."""

from pathlib import Path

from PIL import Image

from resources.sample.draw import FOLDER
from studio.project import Project
from studio.project.items import items


def test_split_holds_a_share_of_each_class_out(filled, result):
    made = result("split", filled, "--test", "0.3", "--validation", "0.1")
    assert {side: made[side] for side in ("train", "validation", "test")} == {"train": 18, "validation": 3, "test": 9}
    assert made["classes"]["good"] == {"train": 12, "validation": 2, "test": 6}


def test_split_tells_what_leaks_and_relatives_do_not(filled, tmp_path, seedbed, result):
    copies = tmp_path / "copies" / "good"
    copies.mkdir(parents=True)
    for photo in sorted((FOLDER / "good").iterdir())[:8]:
        with Image.open(photo) as image:
            image.save(copies / f"{photo.stem}.jpg", quality=90)
    result("import", filled, copies.parent)
    leaks = result("split", filled)["leaks"]
    assert leaks and {leak["kind"] for leak in leaks} == {"near_copy"}
    assert {Path(leak["first"]).stem == Path(leak["second"]).stem for leak in leaks} == {True}
    assert "--group relatives" in seedbed("split", filled)[1]
    assert result("split", filled, "--group", "relatives")["leaks"] == []


def test_split_keeps_files_in_a_row_together(filled, result):
    result("split", filled, "--test", "0.3", "--group", "order:5")
    with Project.open(filled) as project:
        sides = [item.split for item in sorted(items(project), key=lambda item: item.path)]
    assert all(len(set(sides[start : start + 5])) == 1 for start in range(0, 30, 5))


def test_a_split_that_a_run_stands_on_is_changed_only_with_the_users_word(filled, seedbed, result):
    result("train", filled, "--size", "16")
    assert result("split", filled)["test"] == 6
    code, _, err = seedbed("split", filled, "--seed", "1")
    assert code == 1 and "instant-1" in err
    assert result("split", filled, "--seed", "1", "--thaw")["test"] == 6
