"""Scores compared in pairs, and a detective that must not be jumpy."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import interpolate

from models.data import ImageSet, ImageShape, to_unit
from models.families.r3gan import Block, R3gan, pairing_loss, smooth_, squared_slope
from models.latents import draw
from tests.models.families.test_stepped import prepared
from tests.models.tiny import settings


def built(side=32):
    family = R3gan(settings("r3gan", width=8), ImageShape(1, side, side), 2)
    family.initialize(torch.Generator().manual_seed(0))
    return family


def test_the_pairing_loss_is_log_2_at_equality_and_knows_only_differences():
    scores = torch.randn(6)
    assert float(pairing_loss(scores, scores)) == pytest.approx(math.log(2))
    assert float(pairing_loss(scores + 100, scores)) == pytest.approx(0)
    assert float(pairing_loss(scores, scores + 100)) == pytest.approx(100)
    assert float(pairing_loss(scores + 5, scores + 4)) == pytest.approx(math.log1p(math.exp(-1)))


def test_the_slope_of_a_quadratic_score():
    images = torch.randn(5, 2, 4, 4).requires_grad_()
    found = squared_slope(images.square().sum((1, 2, 3)) / 2, images)
    assert float(found.detach()) == pytest.approx(float(images.detach().square().sum((1, 2, 3)).mean()), rel=1e-5)


def test_fresh_blocks_pass_on_what_they_get():
    family = built()
    for player in (family.generator, family.discriminator):
        blocks = [module for module in player.modules() if isinstance(module, Block)]
        assert len(blocks) == 2
        for block in blocks:
            maps = torch.randn(2, block.leave.out_channels, 4, 4)
            assert torch.equal(block(maps), maps)


def test_fresh_networks_neither_fade_nor_explode():
    family = built(side=128)
    labels = torch.arange(16) % 2
    made = family.sample(draw(0, range(16), family.latent_size), labels)
    assert 0.1 < float(made.std()) < 0.9
    assert 0.1 < float(family.discriminator(made, labels).std().detach()) < 10


def framed(n: int = 200) -> ImageSet:
    """Gray clouds in a broad black frame."""
    clouds = torch.rand(n, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    images = torch.zeros(n, 1, 32, 32)
    images[:, :, 6:26, 6:26] = 40 + 200 * interpolate(clouds, size=20, mode="bilinear")
    return ImageSet(images.to(torch.uint8), torch.arange(n) % 2, ("A", "B"))


def test_it_begins_with_the_mean_of_the_images():
    data = framed()
    family = prepared("r3gan", data, width=8)
    made = family.sample(draw(0, range(64), family.latent_size), data.labels[:64])
    assert float((made.mean(0) - to_unit(data.images).mean(0)).abs().mean()) < 0.3


@pytest.mark.parametrize("width", [8, 64])
def test_a_black_frame_does_not_make_samples_all_black_or_white_whatever_the_width(width):
    data = framed()
    family = prepared("r3gan", data, width=width, batch=16)
    random = torch.Generator().manual_seed(0)
    for number in range(1, 31):
        chosen = torch.randint(len(data), (16,), generator=random)
        family.set_rates(number)
        family.step(to_unit(data.images[chosen]), data.labels[chosen], number, random)
    made = family.sample(draw(0, range(32), family.latent_size), data.labels[:32])
    assert abs(float(made.mean() - to_unit(data.images).mean())) < 0.3
    assert float(made.std(0).mean()) > 0.02


def test_nothing_is_normalized():
    norms = (torch.nn.modules.batchnorm._NormBase, torch.nn.GroupNorm, torch.nn.LayerNorm)
    family = built()
    assert not any(isinstance(module, norms) for network in family.networks.values() for module in network.modules())


def test_fresh_layers_that_enlarge_do_so_bilinearly():
    layer = nn.ConvTranspose2d(3, 2, 4, 2, 1, bias=False)
    smooth_(nn.Sequential(layer))
    maps = torch.randn(1, 3, 6, 6)
    mixed = torch.einsum("io,bihw->bohw", layer.weight[:, :, 1, 1] / 0.75**2, maps)
    inside = (slice(None), slice(None), slice(1, -1), slice(1, -1))  # edges differ: nothing lies beyond them
    expected = interpolate(mixed, scale_factor=2.0, mode="bilinear")
    assert torch.allclose(layer(maps)[inside].detach(), expected[inside].detach(), atol=1e-5)


def test_smoothing_keeps_chance_and_strength():
    torch.manual_seed(0)
    layer = nn.ConvTranspose2d(200, 50, 4, 2, 1, bias=False)
    nn.init.normal_(layer.weight, 0.0, 0.02)
    smooth = torch.ones(1, 200, 8, 8) * torch.randn(1, 200, 1, 1)
    before = layer(smooth)[:, :, 1:-1, 1:-1].std().detach()
    smooth_(layer)
    after = layer(smooth)[:, :, 1:-1, 1:-1].std().detach()
    assert 0.7 < float(after / before) < 1.4
    assert len(layer.weight[:, :, 0, 0].unique()) > 9_000
