"""Which of many small pictures are of the same part, shot again, or of parts that were made alike.

What the pictures most like it show is taken from each; of what is left over (grain, streaks, stains) relatives share
more than chance allows, also when a part was moved a little or turned upside down.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from models.events import Progress, Task
from studio.cleaning.likeness import SURE
from studio.cleaning.residual_view import Axes, ResidualView, spread
from studio.cleaning.usual import uneven
from studio.imaging.neighbors import nearest
from studio.imaging.small_picture import SIDE
from studio.text import tr

BLUR = 1.5
"""Standard deviation in px of the blur that is taken from a picture: lighting goes, marks stay."""
NEIGHBORS = 40
"""Pictures whose median tells what is usual for a picture: more than sister parts there are in one group."""
CANDIDATES = 60
"""Pictures with the nearest spectra, which are looked at closely: on photos of solar cells, 99.8% of all relatives."""
SHIFT = 2
"""How far, in px and in each direction, a part may have moved."""
FLOOR = 0.5
"""Correlation from which a pair is worth remembering."""
FEWEST = 20
"""Pictures among which something can be called usual."""
BLOCK = 16
"""Pictures whose neighbors are looked at together: 3 MB."""

PAIR = np.dtype([("first", np.int64), ("second", np.int64), ("value", np.float32), ("turned", np.bool_)])


class Related(NamedTuple):
    """What `related` finds.

    pairs: records of type `PAIR` with first < second, each once, with their correlation, from `FLOOR` to 1, upright or
    with one of the two turned by 180 degrees. chance: the correlations, in falling order, that the same candidates
    reach mirrored left to right and top to bottom: no part is seen from behind, so they are by chance. view: None of
    fewer than `FEWEST` pictures, which have no relatives.
    """

    pairs: np.ndarray
    chance: np.ndarray
    view: ResidualView | None


def related(pictures: np.ndarray, since: int = 0, view: ResidualView | None = None) -> Task[Related]:
    """The relatives among `pictures` (N, 32, 32) uint8, or only those of pictures at `since` or later.

    view: what was learned of the set before; without it that is learned now. Of the pictures that are not asked about
    only those that may be relatives are looked at closely. Yields `Progress`. Memory: about 9 KB a picture.
    """
    usable = yield from uneven(pictures)
    if len(usable) < FEWEST:
        return Related(np.empty(0, PAIR), np.empty(0), None)
    pictures, asked = pictures[usable], np.arange(np.searchsorted(usable, since), len(usable))
    details = yield from _by_blocks(pictures, _details)
    yield _progress(0, len(pictures))
    looks_axes = view.looks if view else Axes.of(_standardized(spread(pictures)))
    looks = yield from _by_blocks(pictures, lambda block: looks_axes.project(_standardized(block)))
    spectra_axes = view.spectra if view else Axes.of(_spectra(spread(details)))
    spectra = yield from _by_blocks(details, lambda block: spectra_axes.project(_spectra(block)))
    candidates = yield from _candidates(spectra, asked)
    shown = np.unique(np.concatenate([candidates.ravel(), asked]))
    residuals = yield from _residuals(looks, details, shown)
    yield _progress(len(shown), 2 * len(shown))
    view = view or ResidualView.of(looks_axes, spectra_axes, residuals)
    for part in _blocks(len(residuals)):
        residuals[part] = view.describe(residuals[part])
    pairs, chance = yield from _correlate(residuals, np.searchsorted(shown, candidates))
    for side in ("first", "second"):
        pairs[side] = usable[shown[pairs[side]]]
    return Related(pairs, np.sort(chance)[::-1], view)


def _by_blocks(rows: np.ndarray, describe: Callable[[np.ndarray], np.ndarray]) -> Task[np.ndarray]:
    """What `describe` makes of all rows, a block at a time."""
    made = np.empty(0)
    for part in _blocks(len(rows)):
        yield _progress(0, len(rows))
        block = describe(rows[part])
        made = made if len(made) else np.empty((len(rows), *block.shape[1:]), block.dtype)
        made[part] = block
    return made


def _details(pictures: np.ndarray) -> np.ndarray:
    """Pictures without their blur, (N, 1024) float16 of mean 0 and deviation 1."""
    return _standardized(pictures - _BLUR @ pictures.astype(np.float32) @ _BLUR.T).astype(np.float16)


def _spectra(details: np.ndarray) -> np.ndarray:
    """(N, 544): they do not change when a part is moved or turned by 180 degrees."""
    waves = np.fft.rfft2(details.reshape(-1, SIDE, SIDE).astype(np.float32))
    return np.log1p(np.abs(waves)).reshape(len(details), -1)


def _residuals(looks: np.ndarray, details: np.ndarray, shown: np.ndarray) -> Task[np.ndarray]:
    """What each of the pictures at the places `shown` has that those most like it do not: (M, 1024), float16."""
    neighbors = yield from _nearest_others(looks, NEIGHBORS, shown)
    residuals = np.empty((len(shown), SIDE * SIDE), np.float16)
    for part in _blocks(len(shown), BLOCK):
        yield _progress(part.start, 2 * len(shown))
        around = np.sort(details[neighbors[part]].astype(np.float32), axis=1)
        residuals[part] = details[shown[part]] - around[:, neighbors.shape[1] // 2]
    return residuals


def _candidates(spectra: np.ndarray, asked: np.ndarray) -> Task[np.ndarray]:
    """Pairs (M, 2), first < second, ordered by the first, of a picture asked about and one with a near spectrum."""
    near = yield from _nearest_others(spectra, CANDIDATES, asked)
    here = np.broadcast_to(asked[:, None], near.shape)
    keys = np.unique(np.minimum(here, near) * len(spectra) + np.maximum(here, near))
    return np.stack(np.divmod(keys, len(spectra)), axis=1)


def _nearest_others(rows: np.ndarray, count: int, asked: np.ndarray) -> Task[np.ndarray]:
    """The places (M, count) of the rows nearest to each of those at the places `asked`, without itself."""
    near, _ = yield from nearest(rows, count + 1, rows[asked])
    is_other = near != asked[:, None]
    is_other[is_other.all(1), -1] = False  # of so many that are all the same, it was not among the nearest
    return near[is_other].reshape(len(asked), -1)


def _correlate(residuals: np.ndarray, candidates: np.ndarray) -> Task[tuple[np.ndarray, np.ndarray]]:
    """The related among the candidates, and what those reach mirrored."""
    pairs, chance = [np.empty(0, PAIR)], [np.empty(0, np.float32)]
    firsts, starts = np.unique(candidates[:, 0], return_index=True)
    for done, (first, seconds) in enumerate(zip(firsts, np.split(candidates[:, 1], starts[1:]), strict=True)):
        if done % BLOCK == 0:
            yield _progress(len(firsts) + done, 2 * len(firsts))
        upright, turned, *mirrored = _best_shifts(residuals[first], residuals[seconds].astype(np.float32))
        value = np.maximum(upright, turned)
        kept = value >= FLOOR
        records = np.empty(int(kept.sum()), PAIR)
        records["first"], records["second"], records["value"] = first, seconds[kept], value[kept]
        records["turned"] = (turned > upright)[kept]
        pairs.append(records)
        both = np.concatenate(mirrored)
        chance.append(both[(both >= FLOOR) & (both <= SURE)])  # beyond are copies, mirrored on purpose
    return np.concatenate(pairs), np.concatenate(chance)


def _best_shifts(residual: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How a residual (1024,) correlates with others (M, 1024) at the shift that fits best: (4, M) upright, turned by
    180 degrees, mirrored left to right, mirrored top to bottom."""
    picture = residual.astype(np.float32).reshape(SIDE, SIDE)
    poses = np.stack([picture, picture[::-1, ::-1], picture[:, ::-1], picture[::-1]])
    padded = np.pad(poses, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)))
    shifted = np.lib.stride_tricks.sliding_window_view(padded, (SIDE, SIDE), (1, 2)).reshape(-1, SIDE * SIDE)
    products = (shifted @ others.T).reshape(len(poses), -1, len(others)) / _OVERLAPS[:, None]
    return products.max(1).clip(max=1)


_KEPT = 1 - np.abs(np.arange(-SHIFT, SHIFT + 1)) / SIDE
_OVERLAPS = np.outer(_KEPT, _KEPT).ravel().astype(np.float32)
"""The share of two pictures that overlaps at each shift."""


def _blur() -> np.ndarray:
    """The matrix (32, 32) that blurs a row."""
    weights = np.exp(-(np.subtract.outer(np.arange(SIDE), np.arange(SIDE)) ** 2) / (2 * BLUR**2))
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)


_BLUR = _blur()


def _standardized(pictures: np.ndarray) -> np.ndarray:
    rows = pictures.reshape(len(pictures), -1).astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    rows /= rows.std(1, keepdims=True).clip(1e-3)
    return rows


def _blocks(count: int, size: int = 1024) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, count, size))


def _progress(done: int, total: int) -> Progress:
    return Progress(done, total, tr("Looking for relatives"))
