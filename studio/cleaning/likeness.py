"""Which of many small pictures show the same, though re-encoded, resized, brighter, noisier, mirrored or turned.

Pictures become short vectors in which what all of a set have in common counts little: parts that look alike differ in
what is rare among them, copies do not. Hashes of the vectors find candidates in time that grows with the number of
pictures, not with its square; the correlation of the vectors decides.
"""

from collections.abc import Callable, Iterator

import numpy as np

from models.events import Progress, Task
from studio.cleaning.hash_index import HashIndex
from studio.text import tr

SIDE = 32
LENGTH = 128
"""Directions in which pictures are compared: more tell copies apart from each other by their noise."""
FLOOR = 0.9
"""Correlation from which a pair is worth remembering."""
PARTNERS = 8
"""Pairs that are remembered of one picture, at least: its best."""
SURE = 0.98
"""Correlation that unrelated pictures do not reach."""
NOISE = 0.03
"""Variance of noise in a direction, relative to the mean variance of the directions that the set fills."""
FEWEST_LEVELS = 2.0
"""Standard deviation below which there is nothing to compare, of 255."""
FILLED = 4
"""Directions in which a picture adds to what is known of a set: beyond, noise would count."""
SAMPLE = 1000
"""Pictures, each in eight turns, from which the usual variation is learned."""
BLOCK = 1024
"""Pictures looked up at once, in a fraction of a second."""

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


def alike(pictures: np.ndarray, since: int = 0, seed: int = 0) -> Task[np.ndarray]:
    """The pairs among `pictures` (N, 32, 32) uint8 that look alike, as records of type `PAIR` with first < second.

    Only those are looked for whose second is at `since` or later. Each pair comes once, in the turn of the second that
    fits best, with its correlation, from `FLOOR` to 1. Even pictures have no pairs. Yields `Progress`. Memory: about
    3 KB a picture.
    """
    usable = yield from _usable(pictures)
    found = [np.empty(0, PAIR)]
    if len(usable) > 1:
        rng = np.random.default_rng(seed)
        view = _View(pictures[usable[rng.permutation(len(usable))[:SAMPLE]]], rng)
        index = yield from _index(view, pictures, usable, rng)
        for start in range(int(np.searchsorted(usable, since)), len(usable), BLOCK):
            yield _progress(start, len(usable))
            places = np.arange(start, min(start + BLOCK, len(usable)))
            turned = view.turned(pictures[usable[places]])
            close = [(*index.before(vectors, places, FLOOR), turn) for turn, vectors in enumerate(turned)]
            found.append(_best_partners(_best_turn(np.concatenate([_records(usable, *each) for each in close]))))
    return _best_partners(np.concatenate(found))


def by_chance(pairs: np.ndarray) -> np.ndarray:
    """The correlations of those pairs of `alike` that only chance made alike.

    Few images are there mirrored or turned, so most pairs that fit best so are chance; they tell how alike unrelated
    images of this set become. Left out are those that copies reach only: beyond `SURE`, or at most half as far from
    being the same as the next pair that either of them belongs to.
    """
    pictures = int(pairs["second"].max(initial=0)) + 1
    places = np.concatenate([pairs["first"], pairs["second"]])
    values = np.tile(pairs["value"], 2)
    nth = _ranks(places, values)
    best, next_best = np.full(pictures, FLOOR), np.full(pictures, FLOOR)
    for rank, table in enumerate((best, next_best)):
        table[places[nth == rank]] = values[nth == rank]
    rivals = [
        np.where(pairs["value"] >= best[pairs[side]], next_best[pairs[side]], best[pairs[side]])
        for side in ("first", "second")
    ]
    stands_out = 1 - pairs["value"] <= (1 - np.maximum(*rivals)) / 2
    return pairs["value"][(pairs["turn"] > 0) & (pairs["value"] <= SURE) & ~stands_out]


class _View:
    """How a set of pictures is described: by unit vectors in which unrelated ones are nearly orthogonal.

    Brightness and contrast cancel. The directions in which the set varies most are divided by its standard deviation
    in them, and of noise: regularized PCA whitening (Bell & Sejnowski 1997), with the covariance over all turns.
    """

    def __init__(self, sample: np.ndarray, rng: np.random.Generator) -> None:
        flat = _standardized(sample)
        products = flat.T @ flat / len(flat)
        mean = np.mean([flat.mean(0)[order] for order in _ORDERS], axis=0)
        covariance = np.mean([products[np.ix_(order, order)] for order in _ORDERS], axis=0) - np.outer(mean, mean)
        variances, directions = _largest(covariance, rng)
        noise = NOISE * covariance.trace() / min(len(TURNS) * len(flat), SIDE * SIDE)
        whiten = directions / np.sqrt(variances.clip(0) + noise)
        whiten[:, : max(0, LENGTH - FILLED * len(flat))] = 0
        self._usual = (mean @ whiten).astype(np.float32)
        self._whiten = [whiten[np.argsort(order)].astype(np.float32) for order in _ORDERS]

    def describe(self, pictures: np.ndarray) -> np.ndarray:
        """float32 (N, `LENGTH`)."""
        return self._unit(_standardized(pictures), 0)

    def turned(self, pictures: np.ndarray) -> Iterator[np.ndarray]:
        """As `describe`, in each of the `TURNS`."""
        flat = _standardized(pictures)
        return (self._unit(flat, turn) for turn in range(len(TURNS)))

    def _unit(self, flat: np.ndarray, turn: int) -> np.ndarray:
        vectors = flat @ self._whiten[turn] - self._usual
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)


def _usable(pictures: np.ndarray) -> Task[np.ndarray]:
    """The places of the pictures that are not even."""
    varied = np.zeros(len(pictures), bool)
    for start in range(0, len(pictures), BLOCK):
        yield _progress(0, len(pictures))
        varied[start : start + BLOCK] = pictures[start : start + BLOCK].std((1, 2)) >= FEWEST_LEVELS
    return np.flatnonzero(varied)


def _index(view: _View, pictures: np.ndarray, usable: np.ndarray, rng: np.random.Generator) -> Task[HashIndex]:
    described = np.empty((len(usable), LENGTH), np.float32)
    for start in range(0, len(usable), BLOCK):
        yield _progress(0, len(usable))
        described[start : start + BLOCK] = view.describe(pictures[usable[start : start + BLOCK]])
    index = HashIndex(described, rng)
    for _ in index.fill():
        yield _progress(0, len(usable))
    return index


def _largest(covariance: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The `LENGTH` largest variances and their directions, by subspace iteration (Halko et al. 2011)."""
    directions = rng.standard_normal((len(covariance), LENGTH + 32))
    for _ in range(4):
        directions, _ = np.linalg.qr(covariance @ directions)
    variances, within = np.linalg.eigh(directions.T @ covariance @ directions)
    return variances[-LENGTH:], (directions @ within)[:, -LENGTH:]


def _progress(done: int, total: int) -> Progress:
    return Progress(done, total, tr("Comparing all images"))


def _standardized(pictures: np.ndarray) -> np.ndarray:
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    flat /= flat.std(1, keepdims=True).clip(FEWEST_LEVELS)
    return flat


def _records(usable: np.ndarray, first: np.ndarray, second: np.ndarray, value: np.ndarray, turn: int) -> np.ndarray:
    records = np.empty(len(first), PAIR)
    records["first"], records["second"] = usable[first], usable[second]
    records["value"], records["turn"] = value.clip(max=1), turn
    return records


def _best_turn(records: np.ndarray) -> np.ndarray:
    records = records[np.lexsort((-records["value"], records["second"], records["first"]))]
    new = np.ones(len(records), bool)
    new[1:] = (records["first"][1:] != records["first"][:-1]) | (records["second"][1:] != records["second"][:-1])
    return records[new]


def _best_partners(records: np.ndarray) -> np.ndarray:
    """Those that are among the `PARTNERS` best of one of their pictures."""
    places = np.concatenate([records["first"], records["second"]])
    kept = (_ranks(places, np.tile(records["value"], 2)) < PARTNERS).reshape(2, -1).any(0)
    return records[kept]


def _ranks(places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """How many greater values each value has before it in its own place."""
    order = np.lexsort((-values, places))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - np.searchsorted(places[order], places[order])
    return ranks
