"""Latents of a sample can be drawn again without those before it."""

import torch

from models.latents import draw


def test_a_latent_depends_on_its_seed_and_index_alone():
    many = draw(7, range(100), 33)
    assert torch.equal(draw(7, [42], 33)[0], many[42])
    assert torch.equal(draw(7, [99, 3], 33), many[[99, 3]])
    assert not torch.equal(draw(8, [42], 33)[0], many[42])
    assert len(torch.unique(many[:, 0])) == 100


def test_latents_are_standard_normal():
    latents = draw(0, range(2000), 64)
    assert (latents.dtype, latents.shape) == (torch.float32, (2000, 64))
    assert abs(float(latents.mean())) < 0.01
    assert abs(float(latents.std()) - 1) < 0.01
    neighbors = torch.corrcoef(torch.stack((latents[:-1].flatten(), latents[1:].flatten())))[0, 1]
    assert abs(float(neighbors)) < 0.01


def test_any_integer_is_a_seed():
    assert not torch.equal(draw(-1, [0], 8), draw(1, [0], 8))
