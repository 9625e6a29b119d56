"""The order of the images is random, complete, and can be entered anywhere."""

import torch

from models.data_order import DataOrder, GroupedOrder


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


def test_groups_come_equally_often_and_each_of_their_images_once_an_epoch():
    order = GroupedOrder(3, [torch.arange(0, 8), torch.arange(8, 10)])
    stream = order.indices(0, 32)
    assert torch.bincount((stream >= 8).long()).tolist() == [16, 16]
    assert sorted(stream[stream < 8][:8].tolist()) == list(range(8))
    assert torch.bincount(stream[stream >= 8]).tolist()[8:] == [8, 8]


def test_the_stream_of_groups_can_be_entered_anywhere():
    groups = [torch.arange(0, 5), torch.arange(5, 7), torch.arange(7, 20)]
    stream = GroupedOrder(3, groups).indices(0, 100)
    for start, count in ((0, 1), (1, 2), (23, 30), (47, 53)):
        assert torch.equal(GroupedOrder(3, groups).indices(start, count), stream[start : start + count])
