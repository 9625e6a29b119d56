"""Which of many small pictures show the same, though re-encoded, resized, brighter, noisier, mirrored or turned.

Perceptual hashes find candidates; a correlation decides in which what all pictures of the set have in common counts
little: parts that look alike differ in what is rare among them, copies do not.
"""

from collections.abc import Callable, Generator

import numpy as np

from models.events import Progress, Task
from studio.text import tr

SIDE = 32
RADIUS = 12
"""Bits in which the hashes of a candidate differ at most: clipped highlights move up to a dozen of 64."""
FLOOR = 0.5
"""Correlation from which a pair is worth remembering."""
SURE = 0.9
"""Correlation that unrelated pictures do not reach."""
NOISE = 0.03
"""Variance of noise in a direction, relative to the mean variance of the directions that the set fills."""
FEWEST_LEVELS = 2.0
"""Standard deviation below which there is nothing to compare, of 255."""
SAMPLE = 1000
"""Pictures, each in eight turns, from which the usual variation is learned."""
BLOCK = 2048
"""Hashes that are compared with as many others at once: 32 MB."""
PORTION = 128
"""Candidates that are looked at together: 1 MB, which stays in a processor's cache."""

TURNS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda a: a,
    lambda a: a[..., :, ::-1],
    lambda a: a[..., ::-1, :],
    lambda a: a[..., ::-1, ::-1],
    lambda a: a.swapaxes(-1, -2),
    lambda a: a.swapaxes(-1, -2)[..., :, ::-1],
    lambda a: a.swapaxes(-1, -2)[..., ::-1, :],
    lambda a: a.swapaxes(-1, -2)[..., ::-1, ::-1],
)
"""The eight flips and turns of a square."""
_ORDERS = [turned(np.arange(SIDE * SIDE).reshape(SIDE, SIDE)).ravel() for turned in TURNS]
"""The pixels of a turned picture, by their places in the flat one."""

PAIR = np.dtype([("first", np.int64), ("second", np.int64), ("value", np.float32), ("turn", np.int8)])


def alike(pictures: np.ndarray, seed: int = 0) -> Task[np.ndarray]:
    """The pairs among `pictures` (N, 32, 32) uint8 that look alike, as records of type `PAIR` with first < second.

    Each pair comes once, in the turn of the second that fits best, with its correlation, from `FLOOR` to 1. Even
    pictures have no pairs. Yields `Progress`. Memory: about 8 KB a picture.
    """
    usable = np.flatnonzero(pictures.std((1, 2)) >= FEWEST_LEVELS)
    found = [np.empty(0, PAIR)]
    if len(usable) > 1:
        pictures = pictures[usable]
        described = yield from _describe(pictures, np.random.default_rng(seed))
        hashes = perceptual_hash(pictures)
        for turn, turned_by in enumerate(TURNS):
            turned = turned_by(described.reshape(pictures.shape)).reshape(described.shape)
            turned_hashes = perceptual_hash(turned_by(pictures))
            for start in range(0, len(pictures), BLOCK):
                yield _progress(turn * len(pictures) + start, len(TURNS) * len(pictures))
                for first, second in _candidates(hashes, turned_hashes, start):
                    value = np.einsum("nd,nd->n", described[first], turned[second])
                    found.append(_records(usable[first], usable[second], value, turn))
    return _best_turn(np.concatenate(found))


def by_chance(pairs: np.ndarray) -> np.ndarray:
    """The correlations of those pairs of `alike` that only chance made alike.

    Few images are there mirrored or turned, so most pairs that fit best so are chance; they tell how alike unrelated
    images of this set become. Left out are those that copies reach only: beyond `SURE`, or at most half as far from
    being the same as the next pair that either of them belongs to.
    """
    pictures = int(pairs["second"].max(initial=0)) + 1
    places = np.concatenate([pairs["first"], pairs["second"]])
    values = np.tile(pairs["value"], 2)
    order = np.lexsort((-values, places))
    nth = np.arange(len(order)) - np.searchsorted(places[order], places[order])
    best, next_best = np.full(pictures, FLOOR), np.full(pictures, FLOOR)
    for rank, table in enumerate((best, next_best)):
        table[places[order][nth == rank]] = values[order][nth == rank]
    rivals = [
        np.where(pairs["value"] >= best[pairs[side]], next_best[pairs[side]], best[pairs[side]])
        for side in ("first", "second")
    ]
    stands_out = 1 - pairs["value"] <= (1 - np.maximum(*rivals)) / 2
    return pairs["value"][(pairs["turn"] > 0) & (pairs["value"] <= SURE) & ~stands_out]


def perceptual_hash(pictures: np.ndarray) -> np.ndarray:
    """The pHash (Zauner 2010) of (N, 32, 32) pictures as uint64 (N,): which of the 8 x 8 lowest DCT coefficients are
    above their median."""
    low = np.einsum("ki,nij,lj->nkl", _COSINES, pictures.astype(np.float32), _COSINES, optimize=True)
    flat = low.reshape(len(pictures), -1)
    return np.packbits(flat > np.median(flat, axis=1, keepdims=True), axis=1).view(np.uint64)[:, 0]


_COSINES = np.cos(np.pi * np.outer(np.arange(8), 2 * np.arange(SIDE) + 1) / (2 * SIDE)).astype(np.float32)
"""The first rows of a DCT-II."""


def _candidates(
    hashes: np.ndarray, turned: np.ndarray, start: int
) -> Generator[tuple[np.ndarray, np.ndarray], None, None]:
    """Pairs of one block of rows with everything behind them whose hashes are close, in bounded portions."""
    rows = hashes[start : start + BLOCK]
    for column in range(start, len(turned), BLOCK):
        distance = np.bitwise_count(rows[:, None] ^ turned[None, column : column + BLOCK])
        first, second = np.nonzero(distance <= RADIUS)
        first, second = first + start, second + column
        first, second = first[first < second], second[first < second]
        for portion in range(0, len(first), PORTION):
            yield first[portion : portion + PORTION], second[portion : portion + PORTION]


def _describe(pictures: np.ndarray, rng: np.random.Generator) -> Task[np.ndarray]:
    """`pictures` as unit vectors (N, 1024), pixel by pixel, in which unrelated ones are nearly orthogonal.

    Brightness and contrast cancel. Directions are divided by the standard deviation of the set in them and of noise:
    regularized whitening with the symmetric root (ZCA; Bell & Sejnowski 1997) of the covariance over all turns, which
    commutes with them: a turned picture has the turned vector.
    """
    sample = _standardized(pictures[rng.permutation(len(pictures))[:SAMPLE]])
    mean = np.mean([sample[:, order] for order in _ORDERS], axis=(0, 1))
    products = sample.T @ sample / len(sample)
    covariance = np.mean([products[np.ix_(order, order)] for order in _ORDERS], axis=0) - np.outer(mean, mean)
    variances, directions = np.linalg.eigh(covariance)
    noise = NOISE * variances.sum() / min(len(TURNS) * len(sample), SIDE * SIDE)
    whiten = (directions / np.sqrt(variances.clip(0) + noise)) @ directions.T
    described = np.empty((len(pictures), SIDE * SIDE), np.float32)
    for start in range(0, len(pictures), BLOCK):
        yield _progress(0, len(TURNS) * len(pictures))
        block = (_standardized(pictures[start : start + BLOCK]) - mean) @ whiten
        described[start : start + BLOCK] = block / np.linalg.norm(block, axis=1, keepdims=True).clip(1e-9)
    return described


def _progress(done: int, total: int) -> Progress:
    return Progress(done, total, tr("Comparing all images"))


def _standardized(pictures: np.ndarray) -> np.ndarray:
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    flat /= flat.std(1, keepdims=True).clip(FEWEST_LEVELS)
    return flat


def _records(first: np.ndarray, second: np.ndarray, value: np.ndarray, turn: int) -> np.ndarray:
    kept = value >= FLOOR
    records = np.empty(int(kept.sum()), PAIR)
    records["first"], records["second"] = first[kept], second[kept]
    records["value"], records["turn"] = value[kept].clip(max=1), turn
    return records


def _best_turn(records: np.ndarray) -> np.ndarray:
    records = records[np.lexsort((-records["value"], records["second"], records["first"]))]
    new = np.ones(len(records), bool)
    new[1:] = (records["first"][1:] != records["first"][:-1]) | (records["second"][1:] != records["second"][:-1])
    return records[new]
