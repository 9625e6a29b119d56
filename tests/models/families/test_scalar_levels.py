"""Each number is rounded by itself, to levels that are all used alike."""

from math import prod

import pytest
import torch

from models.families.scalar_levels import ScalarLevels, levels_for
from models.families.vq_vae import straight_through

LEVELS = [(8,), (5, 5), (8, 6, 5), (7, 5, 5, 5)]


def normals(n: int, size: int) -> torch.Tensor:
    return torch.randn(n, size, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("levels", LEVELS)
def test_codes_are_all_combinations_of_evenly_spaced_levels(levels):
    codes = ScalarLevels(levels).codes
    assert len(codes.unique(dim=0)) == prod(levels)
    for line, count in zip(codes.T, levels, strict=True):
        steps = line.unique().diff()
        assert len(steps) == count - 1
        torch.testing.assert_close(steps, steps[:1].expand_as(steps))
        torch.testing.assert_close(line.unique(), -line.unique().flip(0))


@pytest.mark.parametrize("levels", LEVELS)
def test_codes_are_rounded_to_themselves(levels):
    book = ScalarLevels(levels)
    assert torch.equal(book.nearest(book.codes), torch.arange(prod(levels)))


@pytest.mark.parametrize("levels", LEVELS)
def test_the_nearest_is_the_nearest_however_far_numbers_are(levels):
    book = ScalarLevels(levels)
    vectors = book.bounded(torch.cat((normals(500, len(levels)), torch.full((1, len(levels)), 100.0))))
    vectors = torch.cat((vectors, -vectors))
    assert torch.equal(book.nearest(vectors), torch.cdist(vectors.double(), book.codes.double()).argmin(1))


def test_normal_numbers_make_equal_use_of_all_codes():
    book = ScalarLevels((8, 6, 5))
    vectors = book.bounded(normals(100_000, 3))
    assert float(vectors.std()) == pytest.approx(1, abs=0.01)
    shares = book.nearest(vectors).bincount(minlength=240) / len(vectors)
    assert 0.7 / 240 < float(shares.min()) < float(shares.max()) < 1.3 / 240


def test_gradients_pass_as_if_nothing_were_rounded():
    book, weights = ScalarLevels((8, 6, 5)), normals(20, 3).flip(0)
    numbers = normals(20, 3).requires_grad_()
    vectors = book.bounded(numbers)
    rounded = straight_through(vectors, book.codes[book.nearest(vectors)])
    torch.testing.assert_close(rounded, book.codes[book.nearest(vectors)])
    (found,) = torch.autograd.grad((weights * rounded).sum(), numbers)
    (expected,) = torch.autograd.grad((weights * book.bounded(numbers)).sum(), numbers)
    torch.testing.assert_close(found, expected)
    assert (found != 0).all()


def test_codes_stay_and_those_out_of_use_are_counted():
    book, random = ScalarLevels((8, 5)), torch.Generator().manual_seed(0)
    codes = book.codes.clone()
    assert not bool(book.unused.any())
    for _ in range(200):
        book.follow(book.bounded(normals(500, 2).abs()), random)
    assert torch.equal(book.codes, codes)
    below = (codes < -0.1).any(1)
    assert torch.equal(book.unused, below)


@pytest.mark.parametrize("codes", [8, 24, 25, 124, 256, 512, 1000, 4096])
def test_there_are_nearly_as_many_codes_as_asked_for_and_never_few_levels(codes):
    levels = levels_for(codes)
    assert 0.8 * codes <= prod(levels) <= codes
    assert min(levels) >= 5
    assert max(levels) - min(levels) <= 1


def test_the_papers_numbers_of_levels_are_those_of_its_sizes():
    assert [len(levels_for(2**bits)) for bits in (8, 10, 12, 14)] == [3, 4, 5, 6]
