"""A version is named by what a run would learn from, and by nothing else."""

import numpy as np
import pytest

from models.events import finish
from studio.augmenting import PRESETS, set_project_chain
from studio.errors import UserError
from studio.labeling import split
from studio.labeling.leaks import find_leaks
from studio.project.edits import edit, undo
from studio.project.items import class_id_of, items
from studio.project.versions import find_version, keep_version
from studio.training.freeze import check_trainable, current_name, current_version, split_if_needed


def test_the_name_follows_the_data(cells):
    first = current_version(cells, 32)
    assert current_version(cells, 32).name == first.name
    assert current_version(cells, 48).name != first.name
    edit(cells, "exclude", "decision", {first.train[0].item: "exclude"})
    assert current_version(cells, 32).name != first.name
    undo(cells)
    assert current_version(cells, 32).name == first.name
    set_project_chain(cells, PRESETS["Solar cells"])
    assert current_version(cells, 32).name != first.name


def test_the_name_is_known_without_the_members(cells):
    ids = [item.id for item in items(cells)]
    assert current_name(cells, 32) == current_version(cells, 32).name
    edit(cells, "split", "split", {ids[0]: "test", ids[1]: "validation", ids[2]: "train"})
    edit(cells, "label", "class_id", {ids[3]: None, ids[5]: class_id_of(cells, "“é\n”")})
    edit(cells, "exclude", "decision", {ids[7]: "exclude"})
    set_project_chain(cells, PRESETS["Solar cells"])
    named = current_version(cells, 48)
    assert current_name(cells, 48) == named.name
    assert named.classes == ()
    undo(cells)
    assert current_name(cells, 48) == current_version(cells, 48).name


def test_what_a_generator_must_not_learn_is_left_out_of_the_chain(cells):
    set_project_chain(cells, PRESETS["Solar cells"])
    operations = [step["operation"] for step in current_version(cells, 32).chain["steps"]]
    assert operations == ["flip_horizontal", "flip_vertical"]


def test_a_version_is_kept_with_its_images(cells):
    split(cells, 0.2)
    version = current_version(cells, 32)
    keep_version(cells, version)
    assert find_version(cells, version.name) == version
    assert len(version.train) == 48 and len(version.test) == 12
    assert version.class_counts() == {"functional": 37, "defective": 11}
    assert version.channels == 1


def test_one_image_without_a_label_makes_the_generator_learn_without_classes(cells):
    chosen = next(items(cells)).id
    edit(cells, "label", "class_id", {chosen: None})
    version = current_version(cells, 32)
    assert version.classes == () and version.unlabeled == 1
    for_all = current_version(cells, 32, use_unlabeled=True)
    assert set(for_all.classes) == {"functional", "defective"} and for_all.name != version.name


def test_one_color_image_makes_all_of_them_color(cells):
    with cells.writing() as db:
        db.execute("UPDATE item SET channels = 3 WHERE id = 1")
    assert current_version(cells, 32).channels == 3


def test_color_channels_that_are_all_gray_stay_gray(cells):
    with cells.writing() as db:
        db.execute("UPDATE item SET channels = 3")
        db.execute("INSERT INTO score SELECT id, 'color', 0 FROM item")
    assert current_version(cells, 32).channels == 1


def test_deep_images_share_one_window(cells):
    assert current_version(cells, 32).normalization.window is None
    with cells.writing() as db:
        db.executemany(
            "INSERT INTO score VALUES (?, ?, ?)",
            [(1, "black", 90.0), (1, "white", 3900.0), (2, "black", 110.0), (2, "white", 4010.0)],
        )
    assert current_version(cells, 32).normalization.window == (90.0, 4010.0)


def test_images_are_held_out_once_and_undoably(cells):
    assert finish(split_if_needed(cells)) is not None
    assert sum(item.split == "test" for item in items(cells)) == 12
    assert finish(split_if_needed(cells)) is None
    undo(cells)
    assert all(item.split is None for item in items(cells))


def test_images_that_belong_together_are_held_out_together(project, add_image):
    noise = np.random.default_rng(0).integers(0, 256, (12, 64, 64), dtype=np.uint8)
    for number, image in enumerate(noise):
        for copy in range(2):
            add_image(f"{number}-{copy}.png", image + np.uint8(copy), fields={"patient": str(number // 2)})
    finish(split_if_needed(project))
    sides = {(found.fields["patient"], found.split) for found in items(project)}
    assert len(sides) == 6 and {side for _, side in sides} == {"train", "test"}
    assert finish(find_leaks(project)).pairs == ()


def test_a_single_group_is_divided_after_all(project, add_image):
    image = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    for number in range(10):
        add_image(f"{number}.png", image)
    finish(split_if_needed(project))
    assert sum(found.split == "test" for found in items(project)) == 2
    assert len({pair.second for pair in finish(find_leaks(project)).pairs}) == 2


@pytest.mark.parametrize("kept", [0, 1])
def test_too_few_images_are_refused(cells, kept):
    aside = [item.id for item in items(cells)][kept:]
    edit(cells, "exclude", "decision", dict.fromkeys(aside, "exclude"))
    with pytest.raises(UserError, match=f"at least 2 images to learn from, and there (is|are) {kept}"):
        check_trainable(cells, 32)


def test_a_size_that_cannot_be_learned_is_refused(cells):
    with pytest.raises(UserError, match="multiple of 16"):
        check_trainable(cells, 40)


def test_a_test_split_of_all_images_is_refused(cells):
    edit(cells, "split", "split", {item.id: "test" for item in items(cells)})
    with pytest.raises(UserError, match="Leave at least 2"):
        check_trainable(cells, 32)
