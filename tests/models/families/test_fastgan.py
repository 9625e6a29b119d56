"""Coarse maps that switch fine ones, and a detective that redraws what it sees."""

import pytest
import torch

from models.data import ImageShape
from models.families.adversarial import Labeled
from models.families.fastgan import Decoder, Excitation, Fastgan, _quarter
from tests.models.tiny import settings


def built(side, width=4, channels=1):
    family = Fastgan(settings("fastgan", width=width), ImageShape(channels, side, side), 2)
    family.initialize(torch.Generator().manual_seed(0))
    return family


def test_coarse_maps_switch_each_channel_of_fine_ones():
    torch.manual_seed(0)
    excitation = Excitation(6, 3)
    coarse, fine = torch.randn(2, 6, 8, 8), torch.randn(2, 3, 64, 64)
    made = excitation(coarse, fine).detach()
    assert made.shape == fine.shape
    ratio = (made / fine).flatten(2)
    assert torch.allclose(ratio, ratio[:, :, :1].expand_as(ratio), rtol=1e-3)
    assert float(ratio.min()) > 0 and float(ratio.max()) < 1
    for parameter in excitation.parameters():
        parameter.data.zero_()
    assert torch.equal(excitation(coarse, fine), fine / 2)


@pytest.mark.parametrize(("side", "excited"), [(16, 0), (64, 1), (128, 2), (256, 3)])
def test_the_larger_the_image_the_more_maps_are_excited(side, excited):
    assert len(built(side).generator.excitations) == excited


@pytest.mark.parametrize(("side", "patches"), [(16, 5), (64, 5), (128, 5), (256, 5)])
def test_patches_are_scored_in_maps_of_8_pixels(side, patches):
    family = built(side)
    seen = family.discriminator(torch.rand(2, 1, side, side), torch.zeros(2, dtype=torch.int64))
    assert seen.scores.shape == (2, patches, patches)
    assert seen.last.shape[2:] == (8, 8)


@pytest.mark.parametrize(("halvings", "side", "shrink"), [(0, 16, 1), (1, 32, 1), (2, 64, 1), (4, 256, 4)])
def test_redrawings_are_up_to_four_times_as_large_as_the_maps(halvings, side, shrink):
    decoder = Decoder(8, 8 if halvings == 0 else 1, halvings)
    assert decoder.shrink == shrink
    images = torch.zeros(2, 8 if halvings == 0 else 1, side, side)
    assert decoder.error(torch.zeros(2, 8, side // 2**halvings, side // 2**halvings), images).ndim == 0


def test_the_error_of_gray_redrawings_is_the_mean_brightness():
    decoder = Decoder(4, 1, 2)
    for parameter in decoder.parameters():
        parameter.data.zero_()
    error = decoder.error(torch.randn(2, 4, 8, 8), torch.full((2, 1, 32, 32), -0.25))
    assert float(error.detach()) == pytest.approx(0.25)


def test_a_part_of_the_maps_lies_where_that_part_of_the_image_lies():
    images = torch.arange(64.0).view(1, 1, 8, 8)
    assert torch.equal(_quarter(images, 0, 1), images[:, :, :4, 4:])
    assert torch.equal(_quarter(images, 1, 0), images[:, :, 4:, :4])


def test_scores_beyond_the_hinge_cost_nothing():
    family = built(32)
    detective = family.discriminator
    labels = torch.zeros(4, dtype=torch.int64)
    batch = Labeled(torch.rand(4, 1, 32, 32), labels)
    for bias, cost in ((0.0, 2.0), (3.0, 4.0)):
        detective.score.weight.data.zero_()
        detective.score.bias.data.fill_(bias)
        detective.agreement.strength.zero_()
        losses = family.discriminator_losses(batch, batch, torch.Generator().manual_seed(0))
        assert float(losses["discriminator"].detach()) == pytest.approx(cost)
    assert float(family.generator_losses(batch, batch)["generator"].detach()) == pytest.approx(-3.0)
