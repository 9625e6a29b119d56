"""Pairs of pictures as records, and which of them are worth remembering."""

import numpy as np

from studio.cleaning.view import TURNS

FLOOR = 0.9
"""Correlation from which a pair is worth remembering."""
PARTNERS = 8
"""Pairs that are remembered of one picture, at least: its best."""
CROPPED = len(TURNS)
"""The turn of pairs one of which is the other without its margins."""

PAIR = np.dtype([("first", np.int64), ("second", np.int64), ("value", np.float32), ("turn", np.int8)])


def best_turn(records: np.ndarray) -> np.ndarray:
    """Each pair once, as it is most alike."""
    records = records[np.lexsort((-records["value"], records["second"], records["first"]))]
    new = np.ones(len(records), bool)
    new[1:] = (records["first"][1:] != records["first"][:-1]) | (records["second"][1:] != records["second"][:-1])
    return records[new]


def best_partners(records: np.ndarray) -> np.ndarray:
    """Those that are among the `PARTNERS` best of one of their pictures."""
    places = np.concatenate([records["first"], records["second"]])
    kept = (ranks(places, np.tile(records["value"], 2)) < PARTNERS).reshape(2, -1).any(0)
    return records[kept]


def ranks(places: np.ndarray, values: np.ndarray) -> np.ndarray:
    """How many greater values each value has before it in its own place."""
    order = np.lexsort((-values, places))
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order)) - np.searchsorted(places[order], places[order])
    return found
