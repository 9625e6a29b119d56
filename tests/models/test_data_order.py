"""The order of the images is random, complete, and can be entered anywhere."""

import torch

from models.data_order import DataOrder


def test_each_epoch_shows_every_image_once_in_another_order():
    order = DataOrder(3, 50)
    first, second = order.indices(0, 50), order.indices(50, 50)
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(50))
    assert not torch.equal(first, second)
    assert not torch.equal(first, DataOrder(4, 50).indices(0, 50))


def test_the_stream_can_be_entered_anywhere():
    stream = DataOrder(3, 7).indices(0, 60)
    assert torch.equal(DataOrder(3, 7).indices(23, 30), stream[23:53])


def test_a_batch_larger_than_the_set_repeats_it():
    assert torch.bincount(DataOrder(0, 4).indices(0, 12)).tolist() == [3, 3, 3, 3]
