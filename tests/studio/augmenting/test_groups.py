from collections import Counter

import numpy as np
import pytest

from studio.augmenting import Chain, Group, Step
from studio.augmenting.operations import Brightness, CutMix, Cutout, FlipHorizontal, Invert, Posterize, Rotate, Scale

LIGHT = np.full((2000, 2, 2), 1.0, np.float32)


def darkening(*factors, probability=1.0):
    return tuple(Step(Brightness(factor=(factor, factor), probability=probability)) for factor in factors)


def levels(group, count=2000, **fields):
    """What the group makes of white, and how often."""
    values = Chain((group,), **fields).batch(LIGHT[:count], 3)[:, 0, 0]
    return Counter(np.round(values.astype(float), 3).tolist())


def test_one_of_takes_each_as_often():
    counts = levels(Group("one_of", darkening(0.2, 0.4, 0.6, 0.8)))
    assert set(counts) == {0.2, 0.4, 0.6, 0.8}
    assert all(430 < count < 570 for count in counts.values())


def test_one_of_passes_over_what_is_switched_off():
    steps = (*darkening(0.2, 0.4), Step(Invert(), enabled=False))
    assert set(levels(Group("one_of", steps))) == {0.2, 0.4}
    assert set(levels(Group("one_of", steps, enabled=False))) == {1.0}
    assert set(levels(Group("one_of", ()))) == {1.0}


def test_some_of_takes_as_many_as_it_says_and_none_twice():
    counts = levels(Group("some_of", darkening(0.5, 0.5, 0.5, 0.5), (1, 3)))
    assert set(counts) == {0.5, 0.25, 0.125}
    assert all(570 < count < 760 for count in counts.values())
    assert set(levels(Group("some_of", darkening(0.5, 0.5), (2, 9)))) == {0.25}
    assert set(levels(Group("some_of", darkening(0.5), (0, 0)))) == {1.0}


def test_steps_of_a_group_keep_their_order():
    steps = (Step(Brightness(factor=(0.25, 0.25))), Step(Invert(probability=1.0)))
    assert set(levels(Group("some_of", steps, (2, 2)))) == {0.75}


def test_a_group_has_a_probability_and_so_have_its_steps():
    counts = levels(Group("one_of", darkening(0.5, 0.5), probability=0.3))
    assert 540 < counts[0.5] < 660
    counts = levels(Group("one_of", darkening(0.5, 0.5, probability=0.3)))
    assert 540 < counts[0.5] < 660


def test_a_group_does_not_depend_on_how_a_batch_is_cut():
    chain = Chain((Group("some_of", darkening(0.2, 0.4, 0.8), (1, 2)), Step(Cutout())))
    np.testing.assert_array_equal(chain.batch(LIGHT[:20], 4)[:7], chain.batch(LIGHT[:7], 4))
    np.testing.assert_array_equal(chain(LIGHT[0], 4), chain.batch(LIGHT[:2], 4)[0])


def test_strength_reaches_into_groups():
    assert set(levels(Group("one_of", darkening(0.2, 0.6)), strength=0.5)) == {0.6, 0.8}
    assert set(levels(Group("one_of", darkening(0.2, 0.6)), strength=0.0)) == {1.0}


def test_what_is_active_and_what_generators_get_includes_groups():
    group = Group("one_of", (Step(Rotate()), Step(Invert()), Step(Scale(), enabled=False)))
    chain = Chain((group, Group("one_of", (Step(Posterize()),)), Step(CutMix()), Step(FlipHorizontal(), enabled=False)))
    assert [operation.name for operation in chain.active] == ["rotate", "invert", "posterize", "cutmix"]
    assert chain.for_generators().steps == (Group("one_of", (Step(Rotate()),)),)


def test_explaining_says_what_the_pixels_show():
    chain = Chain(
        (
            Step(Brightness(factor=(0.2, 1.0), probability=0.5)),
            Group("one_of", (Step(Brightness(factor=(0.1, 0.9))), Step(Invert(probability=1.0)))),
        )
    )
    images = np.full((60, 2, 2), 1.0, np.float32)
    variants = chain.batch(images, 9)[:, 0, 0]
    places = set()
    for index in range(60):
        level = 1.0
        for applied in chain.explain(9, index):
            places.add(applied.place)
            level = level * applied.values["factor"] if applied.values else 1 - level
        assert variants[index] == pytest.approx(level, abs=1e-5)
    assert places == {(0,), (1, 0), (1, 1)}
    assert chain.explain(9, 3) != chain.explain(9, 4)


def test_explaining_leaves_out_what_changes_nothing():
    steps = (Step(Rotate(angle=(0, 0))), Step(Invert(probability=0.0)), Step(Cutout(), enabled=False), Step(Scale()))
    (applied,) = Chain(steps).explain(1)
    assert (applied.place, applied.title) == ((3,), "Scale")
    assert 0.95 <= applied.values["factor"] <= 1.05
    assert Chain(steps, strength=0.0).explain(1) == ()


def test_switching_a_step_off_leaves_what_the_others_draw_as_it_was():
    """Another one of the same kind, too."""
    first, second = Step(Rotate(angle=(-40, 40))), Step(Rotate(angle=(-9, 9)))
    both = Chain((first, second)).explain(5)
    (alone,) = Chain((Step(first.operation, enabled=False), second)).explain(5)
    assert alone == both[1]
    grouped = Chain((first, Group("one_of", (Step(Scale()),)), second)).explain(5)
    assert (grouped[0].values, grouped[2].values) == (both[0].values, both[1].values)


def test_a_chain_in_words_says_how_often_and_what_is_drawn():
    chain = Chain(
        (
            Step(Rotate(angle=(-8, 8))),
            Step(Scale(probability=0.25)),
            Step(FlipHorizontal()),
            Group("one_of", (Step(Posterize(bits=(3, 3))), Step(Invert(), enabled=False)), probability=0.5),
            Group("some_of", (Step(Scale()), Step(Cutout(boxes=2))), (1, 2)),
            Step(Invert(), enabled=False),
        ),
        strength=0.5,
    )
    assert chain.describe() == (
        "Rotate (±8°)",
        "25% of the images: Scale (0.95 to 1.05×)",
        "Flip left–right (50%)",
        "50% of the images: one of: Posterize (3)",
        "1 to 2 of: Scale (0.95 to 1.05×), Cutout (2 boxes, 10–20%)",
        "all of it weakened to 50%",
    )
    assert Chain(strength=0.5).describe() == ()
