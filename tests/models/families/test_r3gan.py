"""Scores compared in pairs, and a detective that must not be jumpy."""

import math

import pytest
import torch

from models.data import ImageShape
from models.families.r3gan import Block, R3gan, pairing_loss, squared_slope
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
    made = family.sample(torch.randn(16, family.latent_size), labels)
    assert 0.1 < float(made.std()) < 0.9
    assert 0.1 < float(family.discriminator(made, labels).std().detach()) < 10


def test_nothing_is_normalized():
    norms = (torch.nn.modules.batchnorm._NormBase, torch.nn.GroupNorm, torch.nn.LayerNorm)
    family = built()
    assert not any(isinstance(module, norms) for network in family.networks.values() for module in network.modules())
