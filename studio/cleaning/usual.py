"""What the pictures of a set have in common, learned once from some of them for all comparisons of a set."""

from typing import NamedTuple

import numpy as np

from models.events import Progress, Task
from studio.cleaning.view import FEWEST_LEVELS, View, whitened
from studio.text import tr

SAMPLE = 1000
"""Pictures from which the usual variation is learned."""
BLOCK = 1024
"""Pictures looked at at once, in a fraction of a second."""


class Usual(NamedTuple):
    """places: of the pictures that are not even, which alone are compared. sample: some of them. view: as `whitened`
    makes it."""

    places: np.ndarray
    sample: np.ndarray
    view: View


def learn(pictures: np.ndarray, seed: int = 0) -> Task[Usual | None]:
    """What is usual in `pictures` (N, 32, 32) uint8; None if there are not two to compare. Yields `Progress`."""
    places = yield from uneven(pictures)
    if len(places) < 2:
        return None
    rng = np.random.default_rng(seed)
    sample = pictures[places[rng.permutation(len(places))[:SAMPLE]]]
    return Usual(places, sample, whitened(sample, rng))


def uneven(pictures: np.ndarray) -> Task[np.ndarray]:
    """The places of the pictures in which there is something to compare."""
    varied = np.zeros(len(pictures), bool)
    for start in range(0, len(pictures), BLOCK):
        yield Progress(0, len(pictures), tr("Comparing all images"))
        varied[start : start + BLOCK] = pictures[start : start + BLOCK].std((1, 2)) >= FEWEST_LEVELS
    return np.flatnonzero(varied)
