"""Which of many small pictures are of the same part, shot again, or of parts that were made alike.

What the pictures most like it show is taken from each; of what is left over (grain, streaks, stains) relatives share
more than chance allows, also when a part was moved a little or turned upside down.
"""

from collections.abc import Iterator

import numpy as np

from models.events import Progress, Task
from studio.cleaning.likeness import SURE
from studio.cleaning.view import FEWEST_LEVELS
from studio.imaging.neighbors import nearest, principal
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
SAMPLE = 4000
"""Pictures from which the usual variation is learned."""
EVEN = 0.05
"""Deviation at a pixel, of that of a whole picture, below which it is not stretched: nothing but noise is there."""
BLOCK = 16
"""Pictures whose neighbors are looked at together: 3 MB."""

PAIR = np.dtype([("first", np.int64), ("second", np.int64), ("value", np.float32), ("turned", np.bool_)])


def related(pictures: np.ndarray) -> Task[tuple[np.ndarray, np.ndarray]]:
    """The pairs of relatives among `pictures` (N, 32, 32) uint8, as records of type `PAIR` with first < second.

    Each comes once with its correlation, from `FLOOR` to 1, upright or with one of the two turned by 180 degrees. Also
    returned are the correlations, in falling order, that the same candidates reach mirrored left to right and top to
    bottom: no part is seen from behind, so they are by chance. Fewer than `FEWEST` pictures have no relatives. Yields
    `Progress`. Memory: about 9 KB a picture.
    """
    usable = np.flatnonzero(pictures.std((1, 2)) >= FEWEST_LEVELS)
    if len(usable) < FEWEST:
        return np.empty(0, PAIR), np.empty(0)
    pictures = pictures[usable]
    details = _details(pictures)
    residuals = yield from _residuals(pictures, details)
    candidates = yield from _candidates(details)
    pairs, chance = yield from _correlate(residuals, candidates)
    pairs["first"], pairs["second"] = usable[pairs["first"]], usable[pairs["second"]]
    return pairs, np.sort(chance)[::-1]


def _details(pictures: np.ndarray) -> np.ndarray:
    """Pictures without their blur, (N, 1024) float16 of mean 0 and deviation 1."""
    steps = np.subtract.outer(np.arange(SIDE), np.arange(SIDE))
    blur = np.exp(-(steps**2) / (2 * BLUR**2))
    blur = (blur / blur.sum(1, keepdims=True)).astype(np.float32)
    details = np.empty((len(pictures), SIDE * SIDE), np.float16)
    for part in _blocks(len(pictures)):
        block = pictures[part].astype(np.float32)
        details[part] = _standardized((block - blur @ block @ blur.T).reshape(-1, SIDE * SIDE))
    return details


def _residuals(pictures: np.ndarray, details: np.ndarray) -> Task[np.ndarray]:
    """What each picture shows that those most like it do not: unit vectors (N, 1024), in which no direction counts for
    more than the average one (whitening as in `likeness`, but of the strongest directions only)."""
    neighbors, _ = yield from nearest(principal(_standardized(pictures.reshape(len(pictures), -1))), NEIGHBORS)
    residuals = np.empty_like(details)
    for start in range(0, len(details), BLOCK):
        yield _progress(start, 2 * len(details))
        part = slice(start, start + BLOCK)
        around = np.sort(details[neighbors[part]].astype(np.float32), axis=1)
        residuals[part] = details[part] - around[:, neighbors.shape[1] // 2]
    sample = residuals[np.linspace(0, len(residuals) - 1, min(SAMPLE, len(residuals)), dtype=int)].astype(np.float32)
    stretch = 1 / (np.sqrt((sample**2).mean(0)) + EVEN)
    mean = (sample * stretch).mean(0)
    whiten = _whitening(sample * stretch - mean)
    for part in _blocks(len(residuals)):
        block = (residuals[part] * stretch - mean) @ whiten
        residuals[part] = block / np.linalg.norm(block, axis=1, keepdims=True).clip(1e-9)
    return residuals


def _whitening(rows: np.ndarray) -> np.ndarray:
    """The symmetric matrix that brings all directions with more than the average variance down to it."""
    variances, directions = np.linalg.eigh(rows.T @ rows / len(rows))
    average = max(variances.sum() / min(rows.shape), 1e-9)
    return (directions * np.sqrt(average / variances.clip(average))) @ directions.T


def _candidates(details: np.ndarray) -> Task[np.ndarray]:
    """Pairs (M, 2), first < second, ordered by the first, with near spectra: these do not change when a part is moved
    or turned by 180 degrees."""
    spectra = np.empty((len(details), SIDE * (SIDE // 2 + 1)), np.float32)
    for part in _blocks(len(details)):
        waves = np.fft.rfft2(details[part].astype(np.float32).reshape(-1, SIDE, SIDE))
        spectra[part] = np.log1p(np.abs(waves)).reshape(len(waves), -1)
    near, _ = yield from nearest(principal(spectra), CANDIDATES)
    here = np.broadcast_to(np.arange(len(near))[:, None], near.shape)
    keys = np.unique(np.minimum(here, near) * len(near) + np.maximum(here, near))
    return np.stack(np.divmod(keys, len(near)), axis=1)


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


def _standardized(rows: np.ndarray) -> np.ndarray:
    rows = rows.astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    rows /= rows.std(1, keepdims=True).clip(1e-3)
    return rows


def _blocks(count: int, size: int = 1024) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, count, size))


def _progress(done: int, total: int) -> Progress:
    return Progress(done, total, tr("Looking for relatives"))
