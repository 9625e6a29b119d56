"""The moving average follows early and smooths late."""

import pytest
import torch
from torch import nn

from models.ema import LONGEST_HALF_LIFE, MovingAverage


def network(value: float) -> nn.Module:
    module = nn.BatchNorm1d(1)
    module.weight.data.fill_(value)
    return module


def test_the_distance_halves_in_a_half_life():
    source, average = network(0.0), network(0.0)
    ema = MovingAverage(source, average)
    source.weight.data.fill_(1.0)
    for _ in range(10):
        ema.update(LONGEST_HALF_LIFE // 10, images_seen=10**9)
    assert average.weight.item() == pytest.approx(0.5, abs=1e-5)


def test_it_is_useful_from_the_first_steps():
    source, average = network(0.0), network(0.0)
    ema = MovingAverage(source, average)
    source.weight.data.fill_(1.0)
    ema.update(64, images_seen=64)
    assert average.weight.item() > 0.999


def test_it_averages_running_statistics_and_copies_counts():
    source, average = network(1.0), network(1.0)
    ema = MovingAverage(source, average)
    source(torch.full((4, 1), 10.0))
    ema.update(LONGEST_HALF_LIFE, images_seen=10**9)
    assert float(average.running_mean) == pytest.approx(float(source.running_mean) / 2)
    assert int(average.num_batches_tracked) == 1
