"""Refined keeps Instant's layouts and draws detail on them that Instant does not have."""

import torch

from models.data import ImageSet, to_unit
from models.families.refined import Refined, RefinedSettings, layout
from models.latents import draw
from tests.models.families.test_stepped import learn, prepared
from tests.models.tiny import dark_and_bright


def speckled(n: int = 96) -> ImageSet:
    """Soft bars with single bright pixels strewn over them, each elsewhere."""
    data = dark_and_bright(n)
    strewn = torch.rand(data.images.shape, generator=torch.Generator().manual_seed(5)) < 0.03
    images = torch.where(strewn, 250, data.images).to(torch.uint8)
    return ImageSet(images, data.labels, data.classes)


def energy(images):
    """Mean square of what the layout lacks."""
    return float((images - layout(images)).square().mean())


def test_samples_have_the_fine_detail_that_instant_leaves_out():
    data = speckled()
    family = prepared("refined", data, width=16, batch=16)
    learn(family, data, 150)
    latents, labels = draw(1, range(64), family.latent_size), data.labels[:64]
    samples = family.sample(latents, labels)
    instant = family.layouts.sample(latents[:, : family.layouts.latent_size], labels)
    real = energy(to_unit(data.images))
    assert energy(instant) < 0.4 * real
    assert 0.6 * real < energy(samples) < 1.5 * real
    # Detail may not move what was laid out.
    assert float((layout(samples) - layout(layout(instant))).abs().mean()) < 0.1


def test_the_same_layout_takes_other_detail():
    data = speckled()
    family = prepared("refined", data)
    learn(family, data, 5)
    latents = draw(1, [0], family.latent_size).repeat(2, 1)
    latents[1, family.layouts.latent_size :] *= -1
    one, other = family.sample(latents, torch.zeros(2, dtype=torch.int64))
    assert float((one - other).abs().mean()) > 0.01


def test_a_layout_keeps_shape_and_evens_out_what_is_small():
    checkers = (torch.arange(64) % 2 * 2.0 - 1).expand(1, 1, 64, 64).contiguous()
    assert layout(checkers).shape == checkers.shape
    assert float(layout(checkers).abs().max()) < 1e-6
    assert Refined(RefinedSettings(), prepared("refined", speckled()).shape, 2).latent_size == 1 + 20 + 256
