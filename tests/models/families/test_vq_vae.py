"""Whatever codes are rounded to, images are redrawn from them, their grids are learned, and runs go on exactly."""

import pytest
import torch

from models.budget import Budget
from models.data import to_unit
from models.events import finish
from models.families.vq_vae import FEW_IN_USE, VqVae
from models.latents import draw
from models.sampler import load_sampler
from models.settings import SettingsError, fields_of, with_values
from models.trainer import Trainer
from tests.models.families.test_stepped import learn, prepared
from tests.models.test_resume import contents
from tests.models.tiny import dark_and_bright, settings

FIXED = {"rounding": "fixed levels"}


def test_how_codes_are_found_is_a_choice_that_explains_itself():
    (field,) = (field for field in fields_of(VqVae.Settings) if field.name == "rounding")
    assert field.kind == "choice"
    assert field.default in field.choices
    assert with_values(VqVae.Settings(), FIXED).rounding == "fixed levels"
    with pytest.raises(SettingsError, match="one of a list that learns, fixed levels"):
        with_values(VqVae.Settings(), {"rounding": "tanh"})


@pytest.mark.parametrize("rounding", ["a list that learns", "fixed levels"])
def test_tokens_tell_the_image(rounding):
    data = dark_and_bright()
    family = prepared("vq_vae", data, rounding=rounding, codes=64, width=8, batch=16)
    learn(family, data, 150)
    network, images = family.network.eval(), to_unit(data.images)
    with torch.no_grad():
        tokens = network.tokens(network.vectors(images))
        redrawn = network.decode(network.codes(tokens))
    assert tokens.unique().numel() > 8
    assert float((redrawn - images).square().mean() / images.var()) < 0.05


def test_samples_of_fixed_levels_take_after_their_class():
    data = dark_and_bright()
    family = prepared("vq_vae", data, **FIXED, codes=64, width=8, batch=16, learning_rate=3e-3)
    learn(family, data, 200)
    latents = draw(0, range(64), family.latent_size)
    dark, bright = (float(family.sample(latents, torch.full((64,), label)).mean()) for label in (0, 1))
    real_dark, real_bright = (float(to_unit(data.images[data.labels == label]).mean()) for label in (0, 1))
    assert dark == pytest.approx(real_dark, abs=0.2)
    assert bright == pytest.approx(real_bright, abs=0.2)


def test_the_encoder_learns_through_the_rounding():
    data = dark_and_bright()
    family = prepared("vq_vae", data, **FIXED)
    before = family.network.codec.encoded.weight.clone()
    learn(family, data, 1)
    assert not torch.equal(family.network.codec.encoded.weight, before)


def test_a_run_with_fixed_levels_goes_on_exactly_and_its_samples_come_from_its_files(tmp_path):
    data, kind = dark_and_bright(), settings("vq_vae", **FIXED)
    finish(Trainer("vq_vae", kind, data, tmp_path / "straight", budget=Budget(steps=20), seed=3).run())
    finish(Trainer("vq_vae", kind, data, tmp_path / "halved", budget=Budget(steps=10), seed=3).run())
    result = finish(Trainer.resume(tmp_path / "halved", data, budget=Budget(steps=20)).run())
    assert contents(tmp_path / "halved") == contents(tmp_path / "straight")
    first, second = (load_sampler(result.checkpoint).sample(range(4), [0, 1, 0, 1], 0) for _ in range(2))
    assert (first == second).all()
    assert first.std() > 0


def test_codes_out_of_use_are_named():
    assert VqVae.trouble({"unused": 0.2}) is None
    assert VqVae.trouble({"unused": 0.7}) == FEW_IN_USE
