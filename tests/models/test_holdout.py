"""A few training images stay unseen, and so do their variants."""

import torch

from models.data import ImageSet
from models.holdout import Holdout, divide

TENTH = Holdout(0.1, 128)


def images(n: int, variants: int = 0) -> ImageSet:
    """Each fifth of class 1; the originals first."""
    originals = torch.arange(n)
    sources = torch.cat((originals, originals.repeat_interleave(variants)))
    return ImageSet(
        torch.zeros(len(sources), 1, 8, 8, dtype=torch.uint8), (sources % 5 == 0).long(), ("A", "B"), sources
    )


def test_each_class_gives_the_same_share():
    data = images(200)
    learned, unseen = divide(data, TENTH, 3)
    assert torch.bincount(data.labels[unseen]).tolist() == [16, 4]
    assert sorted([*learned.tolist(), *unseen.tolist()]) == list(range(200))


def test_no_variant_of_an_unseen_image_is_learned_from():
    data = images(200, variants=3)
    learned, unseen = divide(data, TENTH, 3)
    assert len(unseen) == 20 and int(unseen.max()) < 200
    assert len(learned) == 4 * 180
    assert not torch.isin(data.sources[learned], unseen).any()


def test_the_choice_depends_on_the_seed_alone():
    first, again, other = (divide(images(200), TENTH, seed)[1].tolist() for seed in (3, 3, 4))
    assert first == again != other


def test_no_more_than_are_needed():
    assert 120 <= len(divide(images(5_000), TENTH, 0)[1]) <= 128


def test_a_set_that_is_too_small_is_learned_from_whole():
    learned, unseen = divide(images(60), TENTH, 0)
    assert len(learned) == 60 and len(unseen) == 0
    assert len(divide(images(200), None, 0)[1]) == 0
