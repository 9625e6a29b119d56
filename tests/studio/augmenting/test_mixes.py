"""Mixes: changed copies of an image blended with it (AugMix, Hendrycks et al. 2020)."""

import numpy as np
import pytest
import torch

from studio.augmenting import PRESETS, Chain, Group, Step
from studio.augmenting.chain_file import ChainError
from studio.augmenting.operations import Brightness, Invert, Mixup, Rotate, Translate
from studio.augmenting.preview import describe_applied
from studio.augmenting.python_script import as_python

LIGHT = np.full((2000, 2, 2), 1.0, np.float32)
BLACK = Step(Brightness(factor=(0, 0), probability=0.999_999))


def mix(*operations, **fields):
    return Group("mix", tuple(Step(each) for each in operations), **{"count": (1, 1), **fields})


def levels(group, **fields):
    return Chain((group,), **fields).batch(LIGHT, 3)[:, 0, 0].astype(float)


def test_the_copies_show_through_by_a_share_that_is_drawn_evenly():
    shares = 1 - levels(mix(BLACK.operation, copies=1))
    assert [np.quantile(shares, part) for part in (0.1, 0.5, 0.9)] == pytest.approx([0.1, 0.5, 0.9], abs=0.04)


def test_weights_among_copies_are_dirichlet():
    """Of three: each a third in the mean, with the variance 1/18."""
    shares = np.array([_shares(seed) for seed in range(600)])
    weights = shares / shares.sum(1, keepdims=True)
    np.testing.assert_allclose(weights.mean(0), 1 / 3, atol=0.04)
    np.testing.assert_allclose(weights.var(0), 1 / 18, atol=0.01)


def _shares(seed):
    return [each.share for each in Chain((mix(BLACK.operation),)).explain(seed)]


def test_explaining_says_what_the_pixels_show():
    chain = Chain((mix(Brightness(factor=(0.1, 0.9)), Invert(probability=1.0), count=(0, 2)),))
    variants = chain.batch(LIGHT[:60], 9)[:, 0, 0]
    for index, variant in enumerate(variants):
        copies = {}
        for applied in chain.explain(9, index):
            level, _ = copies.get(applied.copy, (1.0, 0.0))
            copies[applied.copy] = level * applied.values["factor"] if applied.values else 1 - level, applied.share
        assert variant == pytest.approx(1 + sum(share * (level - 1) for level, share in copies.values()), abs=1e-5)


def test_a_tile_of_a_mix_is_told_copy_by_copy():
    words = describe_applied(Chain((Step(Rotate(angle=(9, 9))), mix(Invert(probability=1.0), copies=2))).explain(1))
    own, first, second = (float(part) for part in words.replace("% ", " ").split() if part.isdigit())
    assert words.startswith(f"Rotate: angle 9° · {own:.0f}% original + {first:.0f}% (Invert) + {second:.0f}% (Invert)")
    assert own + first + second == pytest.approx(100, abs=1.5)


def test_a_mix_does_not_depend_on_how_a_batch_is_cut_or_on_other_steps():
    chain = Chain((mix(Brightness(factor=(0.1, 0.9)), Invert(), count=(1, 2)),))
    np.testing.assert_array_equal(chain.batch(LIGHT[:20], 4)[:7], chain.batch(LIGHT[:7], 4))
    np.testing.assert_array_equal(chain(LIGHT[0], 4), chain.batch(LIGHT[:2], 4)[0])
    with_others = Chain((Step(Brightness(), enabled=False), *chain.steps, Step(Translate())))
    assert [each.values for each in with_others.explain(4)[:-1]] == [each.values for each in chain.explain(4)]


def test_strength_probability_and_switches_hold_in_mixes():
    assert set(levels(mix(BLACK.operation), strength=0.0)) == {1.0}
    assert set(levels(mix(BLACK.operation, enabled=False))) == {1.0}
    assert 540 < (levels(mix(BLACK.operation, probability=0.3)) < 1).sum() < 660
    assert set(levels(Group("mix", (Step(BLACK.operation, enabled=False),)))) == {1.0}
    assert set(levels(mix(Mixup()))) == {1.0}


def test_masks_and_boxes_stay_with_the_image_that_is_still_seen():
    image, mask = np.random.default_rng(0).integers(0, 256, (2, 20, 30), np.uint8)
    boxes = np.array([[1.0, 2.0, 11.0, 9.0]])
    changed, same_mask, same_boxes = Chain((mix(Rotate(angle=(30, 30))),))(image, 1, mask, boxes)
    assert (changed != image).any()
    np.testing.assert_array_equal(same_mask, mask)
    np.testing.assert_array_equal(same_boxes, boxes)


def test_generators_train_without_mixes():
    chain = Chain((Step(Rotate()), mix(Rotate())))
    assert chain.for_generators() == Chain((Step(Rotate()),))


def test_files_keep_mixes_and_name_what_is_wrong_in_them():
    chain = Chain((mix(Rotate(), copies=4),))
    assert Chain.decode(chain.encode()) == chain
    with pytest.raises(ChainError, match=r"Step 1 of the chain \(group\).*copies"):
        Chain.decode(chain.encode().replace(b'"copies":4', b'"copies":0'))


def test_augmix_is_a_chain_of_visible_steps():
    (group,) = PRESETS["AugMix"].steps
    assert (group.kind, group.copies, group.count) == ("mix", 3, (1, 3))
    assert {step.operation.name for step in group.steps} >= {"rotate", "equalize", "posterize", "solarize"}


def test_the_script_blends_copies_too():
    defined = {}
    exec(as_python(Chain((mix(BLACK.operation, copies=2),))), defined)
    torch.manual_seed(0)
    shares = [1 - defined["augment"](torch.ones(1, 2, 2))[0, 0, 0].item() for _ in range(300)]
    assert [np.quantile(shares, part) for part in (0.1, 0.5, 0.9)] == pytest.approx([0.1, 0.5, 0.9], abs=0.08)
