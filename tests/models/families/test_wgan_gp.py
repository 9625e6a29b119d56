"""A critic whose slope is 1: the gradient penalty, and its weight from the data."""

import pytest
import torch

from models.data import ImageShape
from models.families.adversarial import Labeled
from models.families.wgan_gp import WganGp, slope_error
from models.spread import Spread
from tests.models.tiny import dark_and_bright, settings


def built(**changes):
    family = WganGp(settings("wgan_gp", **changes), ImageShape(1, 16, 16), 2)
    family.initialize(torch.Generator().manual_seed(0))
    return family


@pytest.mark.parametrize("norm", [0.0, 0.5, 1.0, 3.0])
def test_the_penalty_of_a_linear_critic_is_that_of_its_norm(norm):
    images = torch.randn(5, 2, 4, 4).requires_grad_()
    direction = torch.randn(2, 4, 4)
    scores = (images * direction * norm / direction.norm()).sum((1, 2, 3)) + 7
    assert float(slope_error(scores, images)) == pytest.approx((norm - 1) ** 2, abs=1e-5)


def test_the_critic_learns_from_its_penalty():
    images, direction, factor = torch.randn(5, 1, 4, 4), torch.randn(1, 4, 4), torch.tensor(3.0, requires_grad=True)
    images.requires_grad_()
    slope_error((factor * images * direction).sum((1, 2, 3)), images).backward()
    norm = float(direction.norm())
    assert float(factor.grad) == pytest.approx(2 * (3 * norm - 1) * norm, rel=1e-4)


def test_the_critic_wants_real_images_above_forgeries_by_their_distance():
    family = built()
    family.networks["discriminator"] = Brightness()
    labels = torch.zeros(4, dtype=torch.int64)
    real, fake = (Labeled(torch.full((4, 1, 16, 16), level), labels) for level in (0.5, -0.25))
    losses = family.discriminator_losses(real, fake, torch.Generator())
    assert float(losses["discriminator"]) == pytest.approx(-0.75 * 16)  # along a direction of norm 1
    assert float(losses["penalty"]) == pytest.approx(0.0, abs=1e-6)
    assert float(family.generator_losses(fake, real)["generator"]) == pytest.approx(0.25 * 16)


class Brightness(torch.nn.Module):
    """A linear critic of norm 1."""

    def forward(self, images, labels):
        return images.sum((1, 2, 3)) / images[0].numel() ** 0.5


def test_each_turn_of_the_critic_has_images_of_its_own(monkeypatch):
    seen = []
    own = WganGp.discriminator_losses
    monkeypatch.setattr(
        WganGp, "discriminator_losses", lambda family, real, *others: seen.append(real) or own(family, real, *others)
    )
    images = torch.rand(9, 1, 16, 16)
    built(critic_steps=3).step(images, torch.zeros(9, dtype=torch.int64), 1, torch.Generator().manual_seed(0))
    assert torch.equal(torch.cat([part.images for part in seen]), images)
    assert [len(part.images) for part in seen] == [3, 3, 3]


def test_the_weight_is_the_distance_of_two_images():
    images = torch.randint(256, (400, 1, 4, 4), dtype=torch.uint8)
    spread = Spread()
    spread.measure(images)
    pixels = images.double().flatten(1) / 127.5
    distances = torch.cdist(pixels, pixels).square().mean().sqrt()
    assert float(spread.distance) == pytest.approx(float(distances), rel=1e-3)


def test_images_that_are_all_alike_still_have_a_spread():
    spread = Spread()
    spread.measure(dark_and_bright(n=1).images.repeat(5, 1, 1, 1))
    assert 0 < float(spread.distance) < 0.1
