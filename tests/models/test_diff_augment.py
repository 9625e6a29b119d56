"""Discriminators of small sets see shifted and covered images, and generators learn through that."""

import torch

from models.diff_augment import CEILING, DiffAugment


def random():
    return torch.Generator().manual_seed(3)


def with_share(share):
    augment = DiffAugment()
    augment.share.fill_(share)
    return augment


def test_nothing_happens_until_real_images_are_known_by_heart():
    images = torch.ones(8, 1, 16, 16)
    augment = DiffAugment()
    augment.adapt(torch.tensor([1.0, -1.0, 1.0, -1.0]))
    assert augment(images, random()) is images
    for _ in range(100):
        augment.adapt(torch.ones(64))
    assert 0 < float(augment.share) < CEILING
    assert not torch.equal(augment(images, random()), images)


def test_the_share_stays_below_what_a_generator_would_paint():
    augment = DiffAugment()
    for _ in range(1000):
        augment.adapt(torch.ones(64))
    assert float(augment.share) == torch.tensor(CEILING)
    for _ in range(1000):
        augment.adapt(-torch.ones(64))
    assert float(augment.share) == 0


def test_a_share_of_the_images_is_changed_and_the_others_are_not():
    images = torch.rand(400, 1, 16, 16, generator=random()) + 1
    made = with_share(0.5)(images, random())
    changed = (made != images).flatten(1).any(1)
    assert 0.4 < float(changed.float().mean()) < 0.6
    assert float(made[changed].flatten(1).eq(0).float().mean()) > 0.1


def test_pixels_move_by_an_eighth_at_most_and_keep_their_values():
    images = torch.zeros(64, 1, 16, 16)
    images[:, :, 8, 8] = 1
    made = with_share(1.0)(images, random())
    places = made.nonzero()[:, 2:]
    assert int((places - 8).abs().max()) <= 2
    assert len(torch.unique(places, dim=0)) > 5
    assert set(made.unique().tolist()) == {0.0, 1.0}


def test_the_generator_learns_through_it():
    images = torch.rand(4, 3, 16, 16, requires_grad=True)
    made = with_share(1.0)(images, random())
    made.sum().backward()
    assert images.grad is not None
    assert set(images.grad.unique().tolist()) <= {0.0, 1.0}
    assert float(images.grad.sum()) == float((made != 0).sum())
