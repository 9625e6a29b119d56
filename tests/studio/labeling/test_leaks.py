import numpy as np
import pytest

from models.events import Notice, finish
from studio.labeling import SplitRecipe, split_as
from studio.labeling.leaks import exclude_leaks, find_leaks, leave_leaks, open_leaks
from studio.labeling.recipe import latest_recipe
from studio.project.edits import edit, undo
from studio.project.items import count
from studio.training.train import train


@pytest.fixture
def leaking(project, add_image):
    """Ten noisy images and a brighter copy of each; the first two copies lie in the test, all else in training."""
    noise = np.random.default_rng(0).integers(0, 240, (10, 64, 64), dtype=np.uint8)
    originals = [add_image(f"{number}.png", image) for number, image in enumerate(noise)]
    copies = [add_image(f"{number}-copy.png", image + np.uint8(9)) for number, image in enumerate(noise)]
    sides = dict.fromkeys([*originals, *copies], "train") | dict.fromkeys(copies[:2], "test")
    edit(project, "split", "split", sides)
    return originals[:2], copies[:2]


def ends(leaks):
    return sorted((pair.first, pair.second) for pair in leaks.pairs)


def test_the_pairs_that_prove_a_leak_are_found(project, leaking):
    found = finish(find_leaks(project))
    assert ends(found) == sorted(zip(*leaking, strict=True))
    assert "2 held-out images have" in found.text


def test_a_leak_that_the_user_knows_of_is_not_told_again_but_a_new_one_is(project, leaking):
    leave_leaks(project, finish(open_leaks(project)).pairs)
    assert finish(open_leaks(project)).pairs == ()
    assert len(finish(find_leaks(project)).pairs) == 2
    edit(project, "split", "split", {leaking[1][1] + 1: "test"})
    assert [pair.second for pair in finish(open_leaks(project)).pairs] == [leaking[1][1] + 1]


def test_training_says_that_the_split_leaks(project, leaking):
    finish(find_leaks(project))
    events: list = []
    finish(train(project, "instant", size=16), events.append)
    assert any("2 held-out images have a copy" in event.text for event in events if isinstance(event, Notice))


@pytest.mark.parametrize("held_out", [True, False])
def test_either_side_can_be_set_aside(project, leaking, held_out):
    exclude_leaks(project, finish(find_leaks(project)).pairs, held_out)
    assert count(project, "decision = 'exclude' AND split = 'test'") == (2 if held_out else 0)
    assert count(project, "decision = 'exclude'") == 2
    assert finish(find_leaks(project)).pairs == ()
    undo(project)
    assert len(finish(find_leaks(project)).pairs) == 2


def test_a_split_by_relatives_does_not_leak(project, leaking):
    recipe = SplitRecipe(test=0.3, validation=0.2, seed=4)
    finish(split_as(project, recipe))
    assert finish(find_leaks(project)).pairs
    assert latest_recipe(project) == recipe
    finish(split_as(project, recipe.with_relatives()))
    assert finish(find_leaks(project)).pairs == ()
    assert count(project, "split = 'test'") == 6 and count(project, "split = 'validation'") == 4


def test_the_shares_of_a_split_that_was_imported_are_known(project, leaking):
    assert latest_recipe(project) == SplitRecipe(test=0.1)
