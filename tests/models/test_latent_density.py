"""Latents are drawn as they are, and what is needed for that is kept."""

import pytest
import torch

from models.latent_density import MOST_AXES, NUMBERS, LatentDensity
from models.latents import draw
from models.state import is_finite
from tests.models.families.test_stepped import learn, prepared
from tests.models.tiny import dark_and_bright

SETTLED = ("vae", "latent_flow")


def rings(n: int, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Latents of two classes on two segments of other directions far from 0; all other numbers are small noise."""
    random = torch.Generator().manual_seed(0)
    latents = 0.01 * torch.randn(n, size, generator=random)
    labels = torch.arange(n) % 2
    latents[torch.arange(n), labels] += 3 + torch.rand(n, generator=random)
    return latents, labels


@pytest.mark.parametrize("size", [8, MOST_AXES + 100])
def test_latents_of_a_class_are_drawn_where_its_latents_are(size):
    latents, labels = rings(400, size)
    density = LatentDensity.fit(latents, torch.ones(size), labels, 0)
    drawn = density.draw(draw(0, range(100), NUMBERS), torch.arange(100) % 2)
    nearest = torch.cdist(drawn, latents).argmin(1)
    assert torch.equal(labels[nearest], torch.arange(100) % 2)
    own = drawn[torch.arange(100), torch.arange(100) % 2]
    assert float(own.min()) > 2.5 and float(own.max()) < 4.5 and float(own.std()) > 0.2
    other = drawn[torch.arange(100), 1 - torch.arange(100) % 2]
    assert float(other.abs().max()) < 0.2


def test_what_changes_images_most_is_drawn_most_exactly():
    """Twenty directions are kept of thirty: where all latents are alike long, those that weigh more."""
    random = torch.Generator().manual_seed(0)
    latents = torch.randn(3000, 30, generator=random)
    scale = torch.tensor([10.0] * 10 + [0.1] * 20)
    density = LatentDensity.fit(latents, scale, torch.zeros(3000, dtype=torch.int64), 0)
    drawn = density.draw(draw(0, range(1000), NUMBERS), torch.zeros(1000, dtype=torch.int64))
    assert float(drawn[:, :10].std(0).min()) > 0.85
    assert float(drawn[:, 10:].std(0).mean()) < 0.8


@pytest.mark.parametrize("name", SETTLED)
def test_what_samples_are_drawn_from_is_kept_with_the_networks(name):
    data = dark_and_bright()
    family, again = (prepared(name, data) for _ in range(2))
    learn(family, data, 5)
    family.settle(data, 0)
    again.load_sampling_state({key: value.clone() for key, value in family.sampling_state().items()})
    latents, labels = draw(0, range(8), family.latent_size), torch.arange(8) % 2
    assert torch.equal(family.sample(latents, labels), again.sample(latents, labels))
    before = family.sampling_state()
    family.settle(data, 0)
    assert all(torch.equal(before[key], value) for key, value in family.sampling_state().items())


@pytest.mark.parametrize("name", SETTLED)
def test_broken_weights_leave_nothing_to_settle(name):
    data = dark_and_bright()
    family = prepared(name, data)
    next(family.generator.parameters()).data.fill_(float("nan"))
    family.settle(data, 0)
    assert family.density is None
    assert not is_finite(family.sampling_state())
