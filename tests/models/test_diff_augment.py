"""Discriminators of small sets see shifted and covered images, and generators learn through that."""

import pytest
import torch

from models.diff_augment import CEILING, DiffAugment, leaking, recolored


def random():
    return torch.Generator().manual_seed(3)


def with_share(share, color=False):
    augment = DiffAugment(color)
    augment.share.fill_(share)
    return augment


def test_nothing_happens_until_images_are_known_by_heart():
    images = torch.ones(8, 1, 16, 16)
    augment = DiffAugment()
    augment.adapt(0.4, 64)
    assert augment(images, random()) is images
    for _ in range(100):
        augment.adapt(0.6, 64)
    assert float(augment.share) == pytest.approx(0.32)
    assert not torch.equal(augment(images, random()), images)


def test_the_share_stays_below_what_a_generator_would_paint():
    augment = DiffAugment()
    augment.adapt(1.0, 10**6)
    assert float(augment.share) == torch.tensor(CEILING)
    augment.adapt(0.0, 10**6)
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


def test_color_is_left_alone_unless_it_means_nothing():
    images = torch.full((64, 3, 16, 16), 0.3) + torch.tensor([0.1, 0.0, -0.1])[:, None, None]
    as_it_is, varied = (with_share(1.0, color)(images, random()) for color in (False, True))
    assert set(as_it_is.unique().tolist()) <= {0.0, *images.unique().tolist()}
    assert len(varied.mean((2, 3)).unique()) > 64


def test_recolored_images_keep_what_they_show():
    images = torch.rand(16, 3, 8, 8, generator=random()) - 0.5
    made = recolored(images, torch.arange(16) % 2 == 0, random())
    assert torch.equal(made[1::2], images[1::2])
    for before, after in zip(images[::2].mean(1), made[::2].mean(1), strict=True):
        assert float(torch.corrcoef(torch.stack((before.flatten(), after.flatten())))[0, 1]) > 0.999


def test_a_generator_that_paints_what_it_was_shown_is_found_out():
    images = torch.rand(40, 1, 32, 32, generator=random()) * 2 - 1
    assert leaking(images) == 0
    assert leaking(with_share(1.0)(images, random())) > 0.9
    assert leaking(torch.zeros(40, 1, 32, 32)) == 0  # all gray: it has learned nothing yet


def test_gray_parts_that_real_images_have_too_are_no_leak():
    real = torch.rand(40, 1, 32, 32, generator=random()) * 2 - 1
    real[:, :, :, :12] = 0
    augment = DiffAugment()
    augment.note_leaks(real, real)
    assert float(augment.leak) == 0
    augment.note_leaks(real, torch.ones(40, 1, 32, 32))
    assert float(augment.leak) > 0
