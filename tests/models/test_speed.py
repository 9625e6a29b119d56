"""The networks are as wide as the time allows."""

import pytest
import torch

from models import speed
from models.device import with_threads
from models.dry_step import COPIES_OF_WEIGHTS, measure_memory
from models.events import Progress, finish
from models.families.mlp_gan import MlpGan, MlpGanSettings
from tests.models.tiny import dark_and_bright


@pytest.fixture
def measured(monkeypatch):
    """Steps that take a millisecond for each unit of width."""
    monkeypatch.setattr(speed, "_seconds_per_step", lambda family, images, labels: 0.001 * family.width)


def chosen(seconds: float) -> int:
    data = dark_and_bright()
    family = MlpGan(MlpGanSettings(), data.shape, data.class_count)
    return finish(speed.choose_width(family, data, seconds, torch.device("cpu")))


@pytest.mark.parametrize(("seconds", "width"), [(1, 16), (31, 16), (33, 32), (100, 64), (10_000, 128)])
def test_at_least_a_thousand_steps_fit(measured, seconds, width):
    assert chosen(seconds) == width


def test_as_many_steps_fit_as_their_time_says(measured):
    data = dark_and_bright()
    family = MlpGan(MlpGanSettings(width=20), data.shape, data.class_count)
    assert speed.steps_within(60, family, data, torch.device("cpu")) == 3_000
    assert speed.steps_within(0.001, family, data, torch.device("cpu")) == 1


def test_the_probe_itself_is_short():
    assert chosen(0.5) in MlpGan.widths


def test_a_few_steps_tell_the_pace_and_what_memory_it_takes():
    data = dark_and_bright()
    said: list = []

    def pace(batch: int) -> speed.Pace:
        family = MlpGan(MlpGanSettings(width=16, batch=batch), data.shape, data.class_count)
        return finish(speed.measure_pace(family, data, 60, torch.device("cpu")), said.append)

    few, many = pace(8), pace(32)
    assert few.width == 16 and few.seconds_per_step > 0
    assert said[0] == Progress(0, speed.PROBED_STEPS, "Trying a few steps")
    assert (few.batch, few.wanted, few.device) == (8, 8, "cpu") and few.free > few.memory
    networks = MlpGan(MlpGanSettings(width=16), data.shape, data.class_count).networks.values()
    weights = sum(parameter.nbytes for network in networks for parameter in network.parameters())
    assert few.memory > COPIES_OF_WEIGHTS * weights
    assert many.memory - few.memory > 24 * 2 * data.images[0].numel() * 4  # the images and what is made of them


def test_with_little_memory_networks_stay_narrow_rather_than_that_steps_take_fewer_images(monkeypatch, measured):
    data = dark_and_bright()
    narrow = MlpGan(MlpGanSettings(width=16), data.shape, data.class_count)
    enough = measure_memory(narrow, data, torch.device("cpu")).of(64)
    monkeypatch.setattr(speed, "free_memory", lambda device: enough)
    assert chosen(10_000) == 16


@pytest.mark.parametrize(("costs", "count"), [({1: 3.0, 2: 2.0, 4: 1.0}, 4), ({1: 1.0, 2: 0.95, 4: 1.5}, 1)])
def test_as_many_threads_are_used_as_save_time(monkeypatch, costs, count):
    data = dark_and_bright()
    family = MlpGan(MlpGanSettings(width=16), data.shape, data.class_count)
    monkeypatch.setattr(speed, "_seconds_per_step", lambda *given: costs[torch.get_num_threads()])
    with with_threads(4):
        assert finish(speed.choose_threads(family, data)) == count
        assert torch.get_num_threads() == 4
