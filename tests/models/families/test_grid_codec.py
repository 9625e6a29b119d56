"""The codec begins as the principal components of patches, and the families on its codes learn what goes together."""

import pytest
import torch

from models.data import ImageSet, ImageShape, to_unit
from models.families.grid_codec import GridCodec, pixels_a_place
from models.families.vq_vae import FEW_IN_USE, VqVae
from models.latents import draw
from tests.models.families.test_stepped import learn, prepared
from tests.models.tiny import dark_and_bright


@pytest.mark.parametrize(
    ("height", "width", "place", "grid"),
    [(64, 64, 8, (8, 8)), (128, 256, 8, (16, 32)), (32, 32, 4, (8, 8)), (16, 16, 2, (8, 8)), (72, 72, 4, (18, 18))],
)
def test_grids_have_even_sides_and_at_least_eight_places_each_way(height, width, place, grid):
    shape = ImageShape(1, height, width)
    assert pixels_a_place(shape) == place
    assert GridCodec(shape, 3, 8).sides == (3, *grid)


@torch.no_grad()
def test_it_begins_as_the_principal_components_of_patches():
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (60, 3, 32, 32), generator=random, dtype=torch.uint8)
    data = ImageSet(pixels, torch.zeros(60, dtype=torch.int64))
    images = to_unit(pixels)
    codec = prepared("latent_flow", data, channels=5).network.codec.train()
    codes = codec.encode(images)
    assert codes.transpose(0, 1).flatten(1).std(1).tolist() == pytest.approx([1] * 5, abs=0.05)
    patches = (images - images.mean(0)).unfold(2, 4, 4).unfold(3, 4, 4).permute(0, 2, 3, 1, 4, 5).flatten(3)
    rows = patches.flatten(0, 2)
    directions = torch.linalg.svd(rows, full_matrices=False)[2][:5]
    left = (rows - rows @ directions.T @ directions).square().mean()
    assert float((codec.decode(codes) - images).square().mean()) == pytest.approx(float(left), rel=0.01)


@torch.no_grad()
def test_at_first_samples_are_what_the_density_suggests():
    """Nothing is left for the flow to do: samples are redrawn codes, of bars that run through."""
    data = dark_and_bright(96)
    family = prepared("latent_flow", data)
    family.network.train()
    for _ in range(60):
        family.network.codec.encode(to_unit(data.images))
    family.settle(data, 0)
    samples = family.sample(draw(0, range(48), family.latent_size), data.labels[:48])
    nearest = torch.cdist(samples.flatten(1), to_unit(data.images).flatten(1))
    others = nearest.masked_fill(data.labels[:48, None] == data.labels, torch.inf).min(1).values
    assert float((nearest.min(1).values < others).float().mean()) > 0.95
    assert float(samples.var(3).mean() / samples.var(2).mean()) < 0.05


def test_the_more_practice_a_flow_has_the_more_it_may_change():
    network = prepared("latent_flow", dark_and_bright()).network
    starts = []
    for steps in (0, 3_000, 6_500, 50_000):
        network.steps.fill_(steps)
        starts.append(network.start)
    assert starts == pytest.approx([1, 1, 0.65, 0.3])


def test_in_long_runs_samples_are_what_the_flow_makes_of_it():
    data = dark_and_bright()
    family = prepared("latent_flow", data)
    learn(family, data, 5)
    family.settle(data, 0)
    latents, labels = draw(0, range(4), family.latent_size), torch.arange(4) % 2
    at_first = family.sample(latents, labels)
    family.network.steps.fill_(10_000)
    assert float((family.sample(latents, labels) - at_first).abs().mean()) > 0.01


def test_sampling_from_tokens_is_repeatable_and_one_number_changes_nothing_before_it():
    data = dark_and_bright()
    family = prepared("vq_vae", data)
    learn(family, data, 5)
    latents = draw(0, range(4), family.latent_size)
    other = latents.clone()
    other[:, 40:] *= -1
    labels = torch.arange(4) % 2
    prior = family.network.eval().prior
    with torch.no_grad():
        tokens, changed = prior.draw(latents, labels), prior.draw(other, labels)
    assert torch.equal(tokens[:, :40], changed[:, :40])
    assert not torch.equal(tokens[:, 40:], changed[:, 40:])
    assert torch.equal(family.sample(latents, labels), family.sample(latents, labels))


def test_codes_that_are_mostly_unused_are_told():
    assert VqVae.trouble({"unused": 0.2}) is None
    assert VqVae.trouble({"unused": 0.7}) == FEW_IN_USE


@pytest.mark.parametrize("name", ["vq_vae", "latent_flow"])
def test_images_that_are_all_alike_are_no_error(name):
    data = ImageSet(torch.full((20, 1, 16, 16), 90, dtype=torch.uint8), torch.zeros(20, dtype=torch.int64))
    family = prepared(name, data)
    losses = learn(family, data, 3)
    family.settle(data, 0)
    assert all(bool(loss.isfinite()) for loss in losses[-1].values())
    assert bool(
        family.sample(draw(0, range(3), family.latent_size), torch.zeros(3, dtype=torch.int64)).isfinite().all()
    )
