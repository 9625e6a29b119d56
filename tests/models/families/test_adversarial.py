"""What all families with a detective have in common: what it knows by heart, classes told little by little, balance."""

import pytest
import torch

from models.budget import Budget
from models.data import ImageSet, to_unit
from models.events import finish
from models.families import family_class
from models.families.adversarial import CONDITION_STEPS, DETECTIVE_WINS, KNOWN_BY_HEART, LEAKS, Labeled
from models.families.blocks import Condition, Projection
from models.trainer import Trainer
from tests.models.test_resume import contents
from tests.models.test_trainer import train
from tests.models.tiny import ADVERSARIAL, dark_and_bright, settings


def built(name, data, **changes):
    family = family_class(name)(settings(name, **changes), data.shape, data.class_count)
    family.initialize(torch.Generator().manual_seed(0))
    finish(family.prepare(data, 0))
    return family


def step(family, data, number):
    images = to_unit(data.images[:8])
    return family.step(images, data.labels[:8], number, torch.Generator().manual_seed(number))


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_resuming_is_exact_with_unseen_images_too(tmp_path, name):
    data = dark_and_bright(n=200)
    train(name, tmp_path / "straight", steps=12, data=data)
    train(name, tmp_path / "halved", steps=6, data=data)
    result = finish(Trainer.resume(tmp_path / "halved", data, budget=Budget(steps=12)).run())
    assert contents(tmp_path / "halved") == contents(tmp_path / "straight")
    assert 0 <= result.losses["by_heart"] <= 1


def watched(monkeypatch, unseen_level):
    """What is said of a detective that scores by brightness: 0.5 for what it learns from, -1 for forgeries."""
    data = dark_and_bright(n=200)
    family = built("dcgan", data)
    family.unseen = ImageSet(torch.full_like(data.images[:20], unseen_level), data.labels[:20], data.classes)
    monkeypatch.setattr(family, "scores", lambda images, labels: images.mean((1, 2, 3)))
    real, fake = (Labeled(torch.full((64, 1, 16, 16), level), data.labels[:64]) for level in (0.5, -1.0))
    for number in range(1, 81):
        said = family.watch(real, fake, number, torch.Generator().manual_seed(number))
    return float(said["by_heart"]), float(family.augment.share)


def test_a_detective_that_takes_unseen_images_for_forgeries_is_shown_more_of_them_altered(monkeypatch):
    by_heart, share = watched(monkeypatch, unseen_level=0)
    assert by_heart == pytest.approx(1, abs=0.02)
    assert share > 0


def test_a_detective_that_takes_unseen_images_for_real_is_shown_them_as_they_are(monkeypatch):
    by_heart, share = watched(monkeypatch, unseen_level=191)
    assert by_heart == pytest.approx(0, abs=0.02)
    assert share == 0


def test_a_few_images_are_taken_to_be_known_by_heart():
    data = dark_and_bright()
    family = built("dcgan", data)
    for number in range(1, 17):
        assert "by_heart" not in step(family, data, number)
    assert float(family.augment.share) > 0


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_classes_are_told_little_by_little(name):
    data = dark_and_bright()
    family = built(name, data)
    told = [
        module
        for player in (family.generator, family.discriminator)
        for module in player.modules()
        if isinstance(module, Condition | Projection)
    ]
    assert told
    for number, strength in ((1, 1 / CONDITION_STEPS), (CONDITION_STEPS // 2, 0.5), (CONDITION_STEPS, 1.0)):
        step(family, data, number)
        assert [float(module.strength) for module in told] == pytest.approx([strength] * len(told))


def test_networks_that_know_their_classes_are_told_them_at_once():
    data = dark_and_bright()
    family = built("dcgan", data)
    family.load_state(
        {key: torch.ones_like(value) if "strength" in key else value for key, value in family.state().items()}
    )
    step(family, data, 1)
    assert float(family.generator.condition.strength) == 1


def test_without_strength_classes_make_no_difference():
    condition, projection = Condition(3), Projection(3, 8)
    vectors, labels = torch.randn(3, 8), torch.arange(3)
    assert not torch.equal(projection(vectors, labels), torch.zeros(3))
    condition.strength.fill_(0)
    projection.strength.fill_(0)
    assert torch.equal(condition(vectors, labels), torch.cat((vectors, torch.zeros(3, 16)), 1))
    assert torch.equal(projection(vectors, labels), torch.zeros(3))


@pytest.mark.parametrize(("rare", "balance", "groups"), [(10, "automatic", 2), (20, "automatic", 1)])
def test_rare_classes_come_as_often_as_others_where_they_are_very_rare(rare, balance, groups):
    labels = (torch.arange(60) < rare).long()
    family = built("dcgan", dark_and_bright(), balance=balance)
    found = family.groups(labels)
    assert len(found) == groups
    assert sorted(torch.cat(found).tolist()) == list(range(60))


def test_balance_can_be_asked_for_and_forbidden():
    labels = (torch.arange(60) < 1).long()
    assert len(built("dcgan", dark_and_bright(), balance="never").groups(labels)) == 1
    assert len(built("dcgan", dark_and_bright(), balance="always").groups(1 - labels)) == 2


def test_trouble_is_named_by_its_cause():
    trouble = family_class("dcgan").trouble
    well = {"generator": 0.8, "discriminator": 1.2, "by_heart": 0.4, "leak": 0.01}
    assert trouble(well) is None
    assert trouble(well | {"discriminator": 0.01}) == DETECTIVE_WINS
    assert trouble(well | {"by_heart": 0.95}) == KNOWN_BY_HEART
    assert trouble(well | {"leak": 0.3}) == LEAKS
