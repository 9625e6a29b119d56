"""Refined begins with Instant's layouts, draws detail on them that Instant does not have, and learns to lay out."""

import pytest
import torch
from torch.nn import functional

from models.data import ImageSet, to_unit
from models.families import refined
from models.families.refined import Refined, RefinedSettings, enlarged, layout_of
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
    return float((images - enlarged(layout_of(images))).square().mean())


def suggested(family, latents, labels):
    """Instant's images for the same latents."""
    return family.instant.sample(latents[:, : family.instant.latent_size], labels)


def test_samples_have_the_fine_detail_that_instant_leaves_out():
    data = speckled()
    family = prepared("refined", data, width=16, batch=64)
    learn(family, data, 150)
    latents, labels = draw(1, range(64), family.latent_size), data.labels[:64]
    samples, instant = family.sample(latents, labels), suggested(family, latents, labels)
    real = energy(to_unit(data.images))
    assert energy(instant) < 0.4 * real
    assert 0.6 * real < energy(samples) < 1.5 * real
    # Detail may not move what was laid out.
    assert float((layout_of(samples) - layout_of(enlarged(layout_of(instant)))).abs().mean()) < 0.1


def test_the_same_layout_takes_other_detail():
    data = speckled()
    family = prepared("refined", data)
    learn(family, data, 5)
    latents = draw(1, [0], family.latent_size).repeat(2, 1)
    latents[1, family.instant.latent_size :] *= -1
    one, other = family.sample(latents, torch.zeros(2, dtype=torch.int64))
    assert float((one - other).abs().mean()) > 0.01


def test_after_long_practice_layouts_are_no_longer_those_of_instant(monkeypatch):
    """Where Instant is all wrong, here the same gray throughout, only the learned network can lay out."""
    monkeypatch.setattr(refined, "LAYOUTS_FROM", 0)
    data = dark_and_bright(96)
    family = prepared("refined", data, width=8, batch=64)
    noise = torch.randint(100, 110, data.images.shape, generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    family.instant = prepared("refined", ImageSet(noise, data.labels, data.classes), width=8).instant
    learn(family, data, 150)
    latents, labels = draw(1, range(64), family.latent_size), data.labels[:64]

    def gap():
        bright = family.sample(latents, labels).mean((1, 2, 3))
        return float(bright[labels == 1].mean() - bright[labels == 0].mean())

    real = to_unit(data.images).mean((1, 2, 3))
    real_gap = float(real[data.labels == 1].mean() - real[data.labels == 0].mean())
    assert abs(gap()) < 0.2 * real_gap
    monkeypatch.setattr(refined, "LAYOUTS_READY", 100)
    assert gap() == pytest.approx(real_gap, rel=0.4)


def test_a_layout_keeps_to_means_and_evens_out_what_is_small():
    checkers = (torch.arange(64) % 2 * 2.0 - 1).expand(1, 1, 64, 64).contiguous()
    assert float(layout_of(checkers).abs().max()) < 1e-6
    assert enlarged(layout_of(checkers)).shape == checkers.shape
    soft = functional.interpolate(torch.tensor([[[[-1.0, 1.0], [1.0, -1.0]]]]), (64, 64), mode="bicubic")
    assert float((enlarged(layout_of(soft)) - soft).abs().mean()) < 0.02
    assert Refined(RefinedSettings(), prepared("refined", speckled()).shape, 2).latent_size == 1 + 20 + 16 + 256
