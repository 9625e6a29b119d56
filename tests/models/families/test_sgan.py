"""A classifier that learns from unlabeled images too."""

import math
from dataclasses import replace

import pytest
import torch

from models.data import ImageSet, ImageShape, to_unit
from models.events import LossPoint, finish
from models.families.adversarial import Labeled
from models.families.sgan import Sgan, labeled_cost, realness
from models.sampler import load_sampler
from tests.models.test_trainer import train
from tests.models.tiny import dark_and_bright, settings


def built(classes=3, side=16, **changes):
    family = Sgan(settings("sgan", **changes), ImageShape(1, side, side), classes)
    family.initialize(torch.Generator().manual_seed(0))
    return family


def few_labels(n=240, labeled=40, classes=2):
    """Every image is of a class, and of most nobody says which."""
    data = dark_and_bright(n=n, classes=classes)
    return replace(data, labels=torch.where(torch.arange(n) < labeled, data.labels, -1))


def test_with_k_equal_logits_an_image_is_forged_with_the_odds_of_1_to_k():
    logits = torch.zeros(4, 3)
    assert torch.sigmoid(realness(logits)).tolist() == pytest.approx([3 / 4] * 4)
    softmax = torch.randn(4, 4).log_softmax(1)  # of K + 1 classes, the last one forgeries
    odds = torch.sigmoid(realness(softmax[:, :3] - softmax[:, 3:]))
    assert odds.tolist() == pytest.approx((1 - softmax[:, 3].exp()).tolist(), rel=1e-5)


def test_only_labeled_images_cost_for_their_class():
    logits = torch.zeros(4, 3)
    logits[3] = torch.tensor([100.0, 0.0, 0.0])
    assert float(labeled_cost(logits, torch.tensor([0, 1, 2, -1]))) == pytest.approx(math.log(3))
    assert float(labeled_cost(logits, torch.tensor([-1, -1, -1, 1]))) == pytest.approx(100)
    assert float(labeled_cost(logits, torch.full((4,), -1))) == 0


def test_half_of_a_batch_has_labels():
    labels = torch.tensor([0, 1, 2, *[-1] * 57])
    groups = built().groups(labels)
    labeled = sum(bool((labels[group] >= 0).all()) for group in groups)
    assert 2 * labeled == len(groups)
    assert set(torch.cat(groups).tolist()) == set(range(60))


def test_unlabeled_images_are_learned_from_and_forged_in_the_shares_of_the_labeled_ones():
    data = ImageSet(torch.zeros(40, 1, 16, 16, dtype=torch.uint8), torch.tensor([0] * 9 + [1] + [-1] * 30), ("A", "B"))
    family = built(classes=2)
    finish(family.prepare(data, 0))
    told = family.labels_to_forge(torch.tensor([1] * 5 + [-1] * 2000), torch.Generator().manual_seed(0))
    assert told[:5].tolist() == [1] * 5
    assert 0.85 < float((told[5:] == 0).float().mean()) < 0.95
    before = [parameter.clone() for parameter in family.discriminator.parameters()]
    family.step(to_unit(data.images[10:18]), data.labels[10:18], 1, torch.Generator().manual_seed(0))
    assert not all(torch.equal(a, b) for a, b in zip(before, family.discriminator.parameters(), strict=True))


def test_the_forger_is_to_match_the_mean_features():
    family = built()
    images = torch.rand(8, 1, 16, 16)
    labels = torch.zeros(8, dtype=torch.int64)
    same = family.generator_losses(Labeled(images.flip(0), labels), Labeled(images, labels))
    other = family.generator_losses(Labeled(-images, labels), Labeled(images, labels))
    assert float(same["generator"].detach()) == pytest.approx(0, abs=1e-6)
    assert float(other["generator"].detach()) > 0.01


def test_its_classifier_is_examined_with_unseen_images(tmp_path):
    points: list[LossPoint] = []
    data = few_labels(labeled=120)
    result = train(
        "sgan",
        tmp_path / "run",
        steps=60,
        data=data,
        batch=16,
        width=8,
        learning_rate=3e-3,
        listen=lambda event: points.append(event) if isinstance(event, LossPoint) else None,
    )
    assert points[-1].losses["misnamed"] < 0.2
    assert load_sampler(result.checkpoint).class_names == ("A", "B")
