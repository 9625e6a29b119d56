import numpy as np
import pytest

from models.events import finish
from studio.augmenting.hardest import hardest, hardness
from studio.errors import UserError

ROWS = np.array([[0, 0], [0, 1], [1, 0], [9, 0.5], [10, 0], [10, 1], [np.nan, 0]], np.float32)


def test_who_lies_among_another_class_is_the_hardest():
    scores = hardness(ROWS, np.array(["a", "a", "a", "a", "b", "b", "a"]))
    assert scores.argmax() == 3
    assert scores[3] > 1 > scores[0] > 0
    assert scores.argmin() == 6


def test_without_classes_it_is_who_is_far_from_all():
    rows = np.array([[0, 0], [0, 1], [5, 5]], np.float32)
    assert hardness(rows, np.array(["", "", ""])).argmax() == 2


def test_images_without_a_label_are_not_hard_where_others_have_one():
    scores = hardness(ROWS[:6], np.array(["a", "a", "", "a", "b", "b"]))
    assert scores[2] == -np.inf


def test_a_wrong_label_is_found(project, add_image):
    dark, light = (
        np.random.default_rng(0).integers(*levels, (8, 40, 40), dtype=np.uint8) for levels in ((0, 40), (200, 256))
    )
    ids = [
        add_image(f"{n}.png", np.kron(image, np.ones((1, 1), np.uint8)), label="dark") for n, image in enumerate(dark)
    ]
    ids += [add_image(f"{n + 8}.png", image, label="dark" if n == 3 else "light") for n, image in enumerate(light)]
    assert finish(hardest(project, 1)) == [ids[11]]


def test_without_images_it_says_so(project):
    with pytest.raises(UserError, match="no images"):
        finish(hardest(project, 4))
