"""Which of many small pictures show the same, though re-encoded, resized, brighter, noisier, mirrored or turned.

Pictures become short vectors in which what all of a set have in common counts little: parts that look alike differ in
what is rare among them, copies do not. Hashes of the vectors find candidates in time that grows with the number of
pictures, not with its square; the correlation of the vectors decides.
"""

import numpy as np

from models.events import Progress, Task
from studio.cleaning.hash_index import HashIndex
from studio.cleaning.pair_records import CROPPED, FLOOR, PAIR, best_partners, best_turn, ranks
from studio.cleaning.usual import BLOCK, Usual
from studio.cleaning.view import View
from studio.text import tr

SURE = 0.98
"""Correlation that unrelated pictures do not reach."""


def alike(pictures: np.ndarray, usual: Usual, since: int = 0, seed: int = 0) -> Task[np.ndarray]:
    """The pairs among `pictures` (N, 32, 32) uint8 that look alike, as records of type `PAIR` with first < second.

    Only those are looked for whose second is at `since` or later. Each pair comes once, in the turn of the second that
    fits best, with its correlation, from `FLOOR` to 1. Even pictures have no pairs. Yields `Progress`. Memory: about
    3 KB a picture.
    """
    places, view = usual.places, usual.view
    found = [np.empty(0, PAIR)]
    index = yield from indexed(view, pictures, places, np.random.default_rng(seed))
    for start in range(int(np.searchsorted(places, since)), len(places), BLOCK):
        yield _progress(start, len(places))
        some = np.arange(start, min(start + BLOCK, len(places)))
        turned = enumerate(view.turned(pictures[places[some]]))
        close = [_records(places, some, *index.near(vectors, FLOOR, some), turn) for turn, vectors in turned]
        found.append(best_partners(best_turn(np.concatenate(close))))
    return best_partners(np.concatenate(found))


def by_chance(pairs: np.ndarray) -> np.ndarray:
    """The correlations of those pairs of `alike` that only chance made alike.

    Few images are there mirrored or turned, so most pairs that fit best so are chance; they tell how alike unrelated
    images of this set become. Left out are those that copies reach only: beyond `SURE`, or at most half as far from
    being the same as the next pair that either of them belongs to.
    """
    pictures = int(pairs["second"].max(initial=0)) + 1
    places = np.concatenate([pairs["first"], pairs["second"]])
    values = np.tile(pairs["value"], 2)
    nth = ranks(places, values)
    best, next_best = np.full(pictures, FLOOR), np.full(pictures, FLOOR)
    for rank, table in enumerate((best, next_best)):
        table[places[nth == rank]] = values[nth == rank]
    rivals = [
        np.where(pairs["value"] >= best[pairs[side]], next_best[pairs[side]], best[pairs[side]])
        for side in ("first", "second")
    ]
    stands_out = 1 - pairs["value"] <= (1 - np.maximum(*rivals)) / 2
    turned = (pairs["turn"] > 0) & (pairs["turn"] != CROPPED)
    return pairs["value"][turned & (pairs["value"] <= SURE) & ~stands_out]


def indexed(
    view: View, pictures: np.ndarray, places: np.ndarray, rng: np.random.Generator, tables: int = 10
) -> Task[HashIndex]:
    """The pictures at these places, as a view describes them."""
    described = []
    for start in range(0, len(places), BLOCK):
        yield _progress(0, len(places))
        described.append(view.describe(pictures[places[start : start + BLOCK]]))
    index = HashIndex(np.concatenate(described), rng, tables)
    for _ in index.fill():
        yield _progress(0, len(places))
    return index


def _progress(done: int, total: int) -> Progress:
    return Progress(done, total, tr("Comparing all images"))


def _records(
    places: np.ndarray, some: np.ndarray, first: np.ndarray, query: np.ndarray, value: np.ndarray, turn: int
) -> np.ndarray:
    records = np.empty(len(first), PAIR)
    records["first"], records["second"] = places[first], places[some[query]]
    records["value"], records["turn"] = value.clip(max=1), turn
    return records
