"""A detective that names the class too."""

import math

import pytest
import torch

from models.data import ImageShape
from models.families.acgan import Acgan
from models.families.adversarial import Labeled
from tests.models.tiny import settings


class Oracle(torch.nn.Module):
    """Undecided between real and forged; sees the class in the first pixel."""

    def forward(self, images):
        return torch.zeros(len(images)), 100 * torch.nn.functional.one_hot(images[:, 0, 0, 0].long(), 3).float()


class Undecided(torch.nn.Module):
    def forward(self, images):
        return torch.zeros(len(images)), torch.zeros(len(images), 3)


def losses(discriminator, shown, told):
    family = Acgan(settings("acgan"), ImageShape(1, 16, 16), 3)
    family.networks["discriminator"] = discriminator
    images = torch.tensor(shown).float()[:, None, None, None].expand(-1, 1, 16, 16)
    batch = Labeled(images, torch.tensor(told))
    return family.discriminator_losses(batch, batch, torch.Generator()), family.generator_losses(batch, batch)


def test_a_detective_that_is_undecided_costs_the_logarithms():
    detective, forger = losses(Undecided(), [0, 1, 2], [0, 1, 2])
    assert float(detective["discriminator"]) == pytest.approx(2 * math.log(2))
    assert float(forger["generator"]) == pytest.approx(math.log(2))
    assert float(detective["real_class"]) == float(forger["fake_class"]) == pytest.approx(math.log(3))


def test_forger_and_detective_both_pay_for_classes_that_cannot_be_told():
    detective, forger = losses(Oracle(), [0, 1, 2], [0, 1, 2])
    assert float(detective["real_class"]) == float(forger["fake_class"]) == pytest.approx(0)
    detective, forger = losses(Oracle(), [0, 1, 2], [1, 2, 0])
    assert float(detective["real_class"]) == float(forger["fake_class"]) == pytest.approx(100)
