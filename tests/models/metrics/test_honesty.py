"""Planted truths: copies and blends in disguise are found out, and new images are not suspected."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from models.events import finish
from models.metrics.copies import CopySearch, thumbnails
from models.metrics.honesty import Honesty, find_isolation, find_remainders, judge_honesty

N = 160


def pictures(n: int, seed: int) -> Tensor:
    """Smooth random pictures with some grain, uint8 (n, 1, 32, 32)."""
    random = torch.Generator().manual_seed(seed)
    coarse = interpolate(torch.rand(n, 1, 9, 9, generator=random) * 255, (32, 32), mode="bicubic")
    return (coarse + 6 * torch.randn(n, 1, 32, 32, generator=random)).clamp(0, 255).to(torch.uint8)


TRAINING = pictures(N, 0)
UNSEEN = pictures(60, 1)
SEARCH = CopySearch(finish(thumbnails(TRAINING, "")))


def blends(of: int) -> Tensor:
    """Means of so many training images, some of them mirrored."""
    picks = torch.stack([torch.randperm(N, generator=torch.Generator().manual_seed(seed))[:of] for seed in range(60)])
    parts = TRAINING[picks].to(torch.float32)
    parts[:, 0] = parts[:, 0].flip(3)
    return parts.mean(1).round().to(torch.uint8)


def honesty(samples: Tensor) -> Honesty:
    found = finish(judge_honesty(SEARCH, samples, UNSEEN))
    assert found is not None
    return found


def test_new_images_raise_no_alarm() -> None:
    found = honesty(pictures(60, 2))
    assert found.isolation == pytest.approx(1, abs=0.05)
    assert found.blend_of_2 == pytest.approx(1, abs=0.05) and found.blend_of_5 == pytest.approx(1, abs=0.05)
    assert max(found.isolated, found.blended) < 0.2


@pytest.mark.parametrize("disguise", [lambda x: x, lambda x: x.flip(3), lambda x: (0.9 * x).to(torch.uint8)])
def test_copies_are_isolated_and_leave_no_remainder(disguise: object) -> None:
    found = honesty(disguise(TRAINING[:60]))
    assert found.isolation < 0.4 and found.isolated == 1
    assert found.blend_of_2 < 0.4 and found.blended == 1
    assert found.holds_copies


@pytest.mark.parametrize("of", [2, 5])
def test_blends_are_found_though_they_are_far_from_every_image(of: int) -> None:
    found = honesty(blends(of))
    assert found.blend_of_5 < 0.4 and found.blended == 1
    assert (found.blend_of_2 < 0.4) == (of == 2)
    assert found.holds_blends


def test_known_answers() -> None:
    assert float(finish(find_isolation(SEARCH, TRAINING[:5])).max()) < 0.01
    assert float(finish(find_remainders(SEARCH, TRAINING[:5])).max()) < 0.01
    mixed = (TRAINING[:8].to(torch.float32) * 0.3 + TRAINING[8:16].to(torch.float32) * 0.7).round().to(torch.uint8)
    remainders = finish(find_remainders(SEARCH, mixed))
    assert remainders.shape == (8, 2) and float(remainders.median()) < 0.05
    assert bool((remainders[:, 1] <= remainders[:, 0]).all())


def test_too_few_images_say_nothing() -> None:
    assert finish(judge_honesty(SEARCH, UNSEEN[:10], UNSEEN)) is None
    assert finish(judge_honesty(SEARCH, UNSEEN, UNSEEN[:10])) is None
    assert finish(judge_honesty(SEARCH, UNSEEN, TRAINING[:30])) is None  # held-out copies measure nothing
