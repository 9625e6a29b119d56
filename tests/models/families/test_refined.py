"""Refined begins with a thumbnail by Instant, and what it adds to it is like what real images have at each size."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from models.data import ImageSet, ImageShape, to_unit
from models.events import finish
from models.families.refined import LONG_PRACTICE, Refined, RefinedSettings, doubled, enlarged_shapes, halved
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
    """Mean square of the finest detail."""
    return float((images - doubled(halved(images))).square().mean())


def suggested(family, latents, labels):
    """Instant's images for the same latents."""
    return family.instant.sample(latents[:, : family.instant.latent_size], labels)


def thumbnails(images):
    while min(images.shape[2:]) >= 8:
        images = halved(images)
    return images


def test_what_is_added_is_as_strong_as_in_real_images_and_keeps_to_the_thumbnail():
    data = speckled()
    family = prepared("refined", data, width=16, batch=32)
    learn(family, data, 200)
    real, labels = to_unit(data.images[:64]), data.labels[:64]
    finest = family.cascade.stages[-1]
    noise = torch.randn(64, finest.values, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        enlarged = finest.enlarge(halved(real), labels, noise)
    assert 0.6 * energy(real) < energy(enlarged) < 1.5 * energy(real)
    latents = draw(1, range(64), family.latent_size)
    samples, instant = family.sample(latents, labels), suggested(family, latents, labels)
    assert energy(samples) > 1.1 * energy(instant)
    assert float((thumbnails(samples) - thumbnails(instant)).abs().mean()) < 0.1


def test_the_same_thumbnail_takes_other_detail():
    data = speckled()
    family = prepared("refined", data)
    learn(family, data, 5)
    latents = draw(1, [0], family.latent_size).repeat(2, 1)
    latents[1, family.instant.latent_size :] *= -1
    one, other = family.sample(latents, torch.zeros(2, dtype=torch.int64))
    assert float((one - other).abs().mean()) > 0.01


@pytest.mark.parametrize(
    ("side", "sizes"), [((64, 64), [8, 16, 32, 64]), ((32, 48), [8, 16, 32]), ((24, 24), [12, 24])]
)
def test_thumbnails_are_small_and_grow_by_doubling(side, sizes):
    assert [shape.height for shape in enlarged_shapes(ImageShape(1, *side))] == sizes


def test_a_run_at_twice_the_size_begins_with_all_that_was_learned_of_the_smaller_one():
    small, large = (
        Refined(RefinedSettings(width=16), ImageShape(1, side, side), 2).generator.state_dict() for side in (32, 64)
    )
    assert all(large[name].shape == value.shape for name, value in small.items())


def test_halving_keeps_to_means_and_evens_out_what_is_small():
    checkers = (torch.arange(64) % 2 * 2.0 - 1).expand(1, 1, 64, 64).contiguous()
    assert float(halved(checkers).abs().max()) < 1e-6
    assert doubled(halved(checkers)).shape == checkers.shape
    soft = functional.interpolate(torch.tensor([[[[-1.0, 1.0], [1.0, -1.0]]]]), (64, 64), mode="bicubic")
    assert float((doubled(halved(soft)) - soft).abs().mean()) < 0.02


def test_practiced_networks_draw_in_more_steps_also_when_opened_again():
    """The images of a long run would be as coarse as those of a short one."""
    shape = ImageShape(1, 16, 16)
    pixels = torch.randint(0, 256, (60, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    family = Refined(RefinedSettings(width=16), shape, 1)
    family.initialize(torch.Generator().manual_seed(0))
    finish(family.prepare(ImageSet(pixels, torch.zeros(60, dtype=torch.int64), ("a",)), 0))
    for enlarger in family.cascade.stages:
        nn.init.normal_(enlarger.network.leave.weight, std=0.1, generator=torch.Generator().manual_seed(1))
    latents, labels = draw(0, range(4), family.latent_size), torch.zeros(4, dtype=torch.int64)
    young = family.sample(latents, labels)
    for enlarger in family.cascade.stages:
        enlarger.practice.fill_(LONG_PRACTICE)
    practiced = family.sample(latents, labels)
    opened = Refined(RefinedSettings(width=16), shape, 1)
    opened.load_sampling_state(family.sampling_state())
    assert not torch.allclose(practiced, young, atol=1e-3)
    assert torch.equal(opened.sample(latents, labels), practiced)
