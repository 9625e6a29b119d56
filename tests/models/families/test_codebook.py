"""Codes go where the vectors are, and none stays where there are none."""

import torch

from models.families.codebook import Codebook


def blobs(*centers: float, spread: float = 0.05) -> torch.Tensor:
    """A hundred vectors around each center, in 2 dimensions."""
    random = torch.Generator().manual_seed(0)
    return torch.cat([center + spread * torch.randn(100, 2, generator=random) for center in centers])


def followed(book: Codebook, vectors: torch.Tensor, steps: int) -> None:
    random = torch.Generator().manual_seed(1)
    for _ in range(steps):
        book.follow(vectors, random)


def test_codes_become_the_means_of_what_is_rounded_to_them():
    book, vectors = Codebook(6, 2), blobs(-3, 0, 3)
    followed(book, vectors, 300)
    rounded = book.codes[book.nearest(vectors)]
    assert float((rounded - vectors).square().mean().sqrt()) < 0.06
    used = book.nearest(vectors).unique()
    for code in used.tolist():
        own = vectors[book.nearest(vectors) == code]
        torch.testing.assert_close(book.codes[code], own.mean(0), rtol=0, atol=0.02)


def test_the_nearest_is_the_nearest():
    book = Codebook(5, 2)
    book.codes.copy_(torch.randn(5, 2, generator=torch.Generator().manual_seed(0)))
    vectors = blobs(-1, 1, spread=1)
    assert torch.equal(book.nearest(vectors), torch.cdist(vectors, book.codes).argmin(1))


def test_codes_that_nothing_is_near_to_any_more_are_put_to_use_again():
    book = Codebook(8, 2)
    followed(book, blobs(-3, 3), 100)
    book.codes[:4] = 1e3
    book.sums[:4] = 1e3 * book.shares[:4, None]
    followed(book, blobs(-3, 3), 1)
    assert float(book.codes.abs().max()) > 900
    followed(book, blobs(-3, 3), 300)
    assert float(book.codes.abs().max()) < 4
    assert not bool(book.unused.any())


def test_what_is_no_longer_used_counts_as_unused():
    book = Codebook(4, 2)
    followed(book, blobs(-3, 3), 50)
    assert not bool(book.unused.any())
    book.codes[1:] = 50.0
    book.sums[1:] = 50.0 * book.shares[1:, None]
    for _ in range(200):
        shares = torch.zeros(4)
        shares[0] = 1
        book.shares.lerp_(shares, 0.02)
    assert book.unused.tolist() == [False, True, True, True]
