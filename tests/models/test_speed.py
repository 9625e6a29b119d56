"""The networks are as wide as the time allows."""

import pytest
import torch

from models import speed
from models.events import finish
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


def test_the_probe_itself_is_short():
    assert chosen(0.5) in MlpGan.widths
