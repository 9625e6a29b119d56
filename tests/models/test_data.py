"""The images a family learns from."""

import torch

from models.data import ImageSet
from models.families import family_class
from tests.models.tiny import dark_and_bright


def partly_labeled() -> ImageSet:
    """Four originals, the second of unknown class, then a variant of each."""
    images = torch.arange(8, dtype=torch.uint8)[:, None, None, None].expand(-1, 1, 8, 8)
    return ImageSet(images, torch.tensor([0, -1, 1, 0] * 2), ("A", "B"), torch.arange(4).repeat(2))


def test_images_of_unknown_class_are_left_out_with_their_variants():
    data = partly_labeled().labeled()
    assert data.images[:, 0, 0, 0].tolist() == [0, 2, 3, 4, 6, 7]
    assert data.labels.tolist() == [0, 1, 0] * 2
    assert data.sources.tolist() == [0, 1, 2] * 2


def test_a_set_with_all_labels_is_taken_as_it_is():
    data = dark_and_bright()
    assert data.labeled() is data


def test_only_a_family_that_can_learn_from_unlabeled_images_is_given_any():
    data = partly_labeled()
    assert family_class("sgan").usable(data) is data
    assert len(family_class("dcgan").usable(data)) == len(family_class("instant").usable(data)) == 6


def test_some_images_are_of_every_class_and_none_comes_twice() -> None:
    images = torch.arange(60, dtype=torch.uint8).repeat(2)[:, None, None, None].expand(-1, 1, 8, 8).contiguous()
    data = ImageSet(images, (torch.arange(120) == 7).long(), ("A", "B"))
    some = data.some(40)
    assert 20 <= len(some) <= 41
    assert 7 in some
    assert len({(int(data.images[index].sum()), int(data.labels[index])) for index in some}) == len(some)
