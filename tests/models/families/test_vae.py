"""The VAE begins as the best linear one, draws from what its latents are like, and says when it has collapsed."""

import pytest
import torch

from models.budget import Budget
from models.data import ImageSet, to_unit
from models.events import finish
from models.families.vae import ALL_ALIKE, Vae
from models.latents import draw
from models.learner import mean_losses
from models.trainer import Trainer
from tests.models.families.test_stepped import learn, prepared
from tests.models.test_resume import contents
from tests.models.test_trainer import train
from tests.models.tiny import dark_and_bright


def plain(n: int = 96) -> ImageSet:
    """Of one class, in truth of two kinds, dark and bright."""
    data = dark_and_bright(n)
    return ImageSet(data.images, torch.zeros(n, dtype=torch.int64))


def test_it_begins_as_the_linear_vae_in_closed_form():
    data = plain()
    family = prepared("vae", data, latent_size=3)
    images = to_unit(data.images)
    rows = images.flatten(1) - images.flatten(1).mean(0)
    values, directions = torch.linalg.eigh(rows.T.cov().double())
    noise = values[:-3].mean()
    kept, axes = values[-3:].flip(0), directions[:, -3:].flip(1)
    autoencoder = family.autoencoder.eval()
    mean, log_variance = autoencoder.encode(images, data.labels)
    expected = (rows.double() @ axes * (kept - noise).sqrt() / kept).abs()
    torch.testing.assert_close(mean.double().abs(), expected, rtol=0.02, atol=2e-3)
    torch.testing.assert_close(log_variance[0].exp().double(), noise / kept, rtol=0.05, atol=0)
    redrawn = autoencoder.decode(mean, data.labels).flatten(1) - images.flatten(1).mean(0)
    shrunk = (rows.double() @ axes * (1 - noise / kept)) @ axes.T
    torch.testing.assert_close(redrawn.double(), shrunk, rtol=0, atol=5e-3)


def test_samples_are_of_the_kinds_there_are_not_between_them():
    data = plain(600)
    family = prepared("vae", data, latent_size=24, width=8, batch=16)
    learn(family, data, 20)
    latents = draw(0, range(200), family.latent_size)
    labels = torch.zeros(200, dtype=torch.int64)
    real = to_unit(data.images).mean((1, 2, 3)).sort().values
    low, high = float(real[299]), float(real[300])

    def between():
        brightness = family.sample(latents, labels).mean((1, 2, 3))
        return float(
            ((brightness > low + 0.2 * (high - low)) & (brightness < high - 0.2 * (high - low))).float().mean()
        )

    at_first = between()
    family.settle(data, 0)
    assert at_first > 0.3
    assert between() < 0.1


@pytest.mark.parametrize(("beta", "sentence"), [(1.0, None), (20.0, ALL_ALIKE)])
def test_latents_that_tell_nothing_are_noticed(beta, sentence):
    """Of noise, a latent explains three times as much as any direction does by chance: too little for a large beta."""
    noise = torch.randint(256, (400, 1, 16, 16), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    data = ImageSet(noise, torch.zeros(400, dtype=torch.int64))
    family = prepared("vae", data, beta=beta, latent_size=2, batch=32, learning_rate=0.01)
    losses = learn(family, data, 150)[-10:]
    assert (
        Vae.trouble(mean_losses([{name: float(loss) for name, loss in entry.items()} for entry in losses])) == sentence
    )


@pytest.mark.parametrize(("warm_up", "weights"), [(10, [0.2, 1.0, 2.0, 2.0]), (40, [0.05, 0.25, 0.5, 1.0])])
def test_forgetting_is_eased_in_over_as_many_steps_as_are_set(warm_up, weights):
    family = prepared("vae", dark_and_bright(), beta=2.0, warm_up=warm_up)
    assert [family.weight(number) for number in (1, 5, 10, 20)] == pytest.approx(weights)


def test_resuming_is_exact_while_forgetting_is_eased_in(tmp_path):
    train("vae", tmp_path / "straight", steps=12, warm_up=20)
    train("vae", tmp_path / "halved", steps=6, warm_up=20)
    finish(Trainer.resume(tmp_path / "halved", dark_and_bright(), budget=Budget(steps=12)).run())
    assert contents(tmp_path / "halved") == contents(tmp_path / "straight")
