"""The families that learn by gradient steps: any shape, with and without classes, and they do learn."""

import pytest
import torch

from models.data import ImageSet, ImageShape, to_unit
from models.errors import TrainingError
from models.events import finish
from models.families import family_class
from models.families.vae import divergence, gaussian_cost
from models.latents import draw
from models.settings import fields_of
from tests.models.tiny import STEPPED, dark_and_bright, settings

NOT_AT_FIRST = {"by_heart", "misnamed"}


def built(name, shape, classes, **changes):
    family = family_class(name)(settings(name, **changes), shape, classes)
    family.initialize(torch.Generator().manual_seed(0))
    return family


def prepared(name, data, **changes):
    family = built(name, data.shape, data.class_count, **changes)
    finish(family.prepare(data, 0))
    return family


def learn(family, data, steps):
    random = torch.Generator().manual_seed(0)
    losses = []
    for number in range(1, steps + 1):
        chosen = torch.randint(len(data), (family.settings.batch,), generator=random)
        losses.append(family.step(to_unit(data.images[chosen]), data.labels[chosen], number, random))
    return losses


@pytest.mark.parametrize("name", STEPPED)
@pytest.mark.parametrize("classes", [1, 3])
@pytest.mark.parametrize("shape", [(1, 16, 16), (3, 32, 32), (1, 64, 64), (2, 24, 40), (1, 128, 128), (3, 8, 72)])
def test_any_shape_is_learned_and_sampled(name, classes, shape):
    pixels = torch.randint(256, (8, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    data = ImageSet(pixels, torch.arange(8) % classes, ("A", "B", "C")[: classes if classes > 1 else 0])
    family = prepared(name, data)
    losses = family.step(to_unit(pixels), data.labels, 1, torch.Generator().manual_seed(0))
    assert set(losses) == set(family.loss_titles) - NOT_AT_FIRST
    assert all(loss.ndim == 0 and torch.isfinite(loss) and not loss.requires_grad for loss in losses.values())
    samples = family.sample(draw(0, range(3), family.latent_size), torch.zeros(3, dtype=torch.int64))
    assert samples.shape == (3, *shape)
    assert samples.dtype == torch.float32
    assert float(samples.abs().max()) <= 1


@pytest.mark.parametrize("name", STEPPED)
def test_samples_take_after_their_class(name):
    data = dark_and_bright()
    family = prepared(name, data, width=8, batch=16, learning_rate=3e-3)
    learn(family, data, 200)
    family.settle(data, 0)
    latents = draw(0, range(64), family.latent_size)
    dark, bright = (family.sample(latents, torch.full((64,), label)).mean((1, 2, 3)) for label in (0, 1))
    real_dark, real_bright = (to_unit(data.images[data.labels == label]).mean() for label in (0, 1))
    gap = float(real_bright - real_dark)
    assert float(bright.mean() - dark.mean()) > 0.4 * gap
    assert float(dark.mean()) == pytest.approx(float(real_dark), abs=0.5 * gap)


@pytest.mark.parametrize("name", STEPPED)
def test_fresh_weights_depend_on_the_seed_alone(name):
    first, second = (built(name, ImageShape(1, 16, 16), 2).state() for _ in range(2))
    assert first.keys() == second.keys()
    assert all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("name", STEPPED)
def test_a_state_taken_over_goes_on_alike(name):
    data = dark_and_bright()
    one = built(name, data.shape, 2)
    learn(one, data, 3)
    other = built(name, data.shape, 2)
    other.load_state({key: value.clone() for key, value in one.state().items()})
    assert learn(one, data, 3)[-1] == learn(other, data, 3)[-1]


@pytest.mark.parametrize("name", STEPPED)
def test_rates_fall_late_and_whatever_the_length_of_the_run(name):
    family = built(name, ImageShape(1, 16, 16), 1, learning_rate=1e-3)
    rates = []
    for number in (1, family.steady_steps, 4 * family.steady_steps):
        family.set_rates(number)
        rates.append(next(iter(family.optimizers.values())).param_groups[0]["lr"])
    assert rates == pytest.approx([1e-3, 1e-3, 5e-4])


@pytest.mark.parametrize("name", [name for name in STEPPED if name != "mlp_gan"])
def test_a_size_that_cannot_be_halved_is_refused_in_a_sentence(name):
    with pytest.raises(TrainingError, match="multiples of 8 pixels, not 30 × 20"):
        built(name, ImageShape(1, 20, 30), 1)


@pytest.mark.parametrize("name", STEPPED)
def test_settings_and_losses_explain_themselves(name):
    family = family_class(name)
    assert family.title and family.summary.endswith(".") and family.paper
    for field in fields_of(family.Settings):
        assert field.title and field.description.endswith(".")
        assert field.kind not in ("int", "float") or (field.minimum is not None and field.maximum is not None)


def test_the_cost_is_that_of_a_gaussian_of_the_best_variance():
    images, redrawn = torch.randn(4, 1, 8, 8), torch.randn(4, 1, 8, 8)
    deviation = (images - redrawn).square().mean().sqrt()
    expected = -torch.distributions.Normal(redrawn, deviation).log_prob(images).mean()
    assert float(gaussian_cost(images, redrawn)) == pytest.approx(float(expected), rel=1e-5)


def test_the_divergence_is_that_of_torch():
    mean, log_variance = torch.randn(5, 6), torch.randn(5, 6)
    ours = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    expected = torch.distributions.kl_divergence(ours, torch.distributions.Normal(0.0, 1.0)).sum(1).mean()
    assert float(divergence(mean, log_variance)) == pytest.approx(float(expected), rel=1e-5)
