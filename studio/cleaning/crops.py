"""Which of many small pictures are others without their margins, be what was left resized or not.

Pictures are described by what hardly changes when a window moves a little. Hashes find those that look like one of six
windows of a picture; where in it they lie is then told exactly, and the window is cut out of the larger thumbnail: how
alike it is to the other picture decides, as it does for other copies.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

import numpy as np
from PIL import Image as Pillow

from models.events import Progress, Task
from studio.cleaning.hash_index import HashIndex
from studio.cleaning.likeness import indexed
from studio.cleaning.pair_records import CROPPED, FLOOR, PAIR, best_partners, best_turn, ranks
from studio.cleaning.usual import Usual
from studio.cleaning.view import View, largest, standardized
from studio.cleaning.windows import WHOLE, fit, window, windows
from studio.imaging.small_picture import SIDE
from studio.text import tr

MARGIN = 0.06
"""Share that the windows lack in each direction: at one end, half of it at both, or all of it at both."""
JITTER = 0.02
"""How far borders may be off, in shares of a picture, without changing how it is described."""
DIRECTIONS = 64
"""In which pictures are described: fewer stand moving more, but tell fewer apart."""
STEADY = 0.02
"""Noise in each direction, relative to the mean variance of all."""
ALIKE = 0.05
"""Variance a pixel, of 1 in all, that is taken where pictures hardly differ."""
LIKELY = 0.75
"""Correlation in these directions from which a pair is looked at; most crops have 0.9."""
TABLES = 6
"""Of hashes: most crops are so much alike that few do."""
WHOLES = 2
"""Pictures that are looked at as what one may be cut from: its best candidates."""
LOOKS = ((2, 0.6, 0.004), (2, 0.7, 0.008))
CLOSE_LOOKS = ((0, FLOOR, 0.008), (2, FLOOR, 0.008))
"""Looks at small pictures, then at thumbnails: the steps in which borders are found, the correlation that is wanted
then, and the share that must be missing on one side: less is no crop, but a copy like others."""
QUERIES, PAIRS, CLOSE_PAIRS = 512, 128, 32
"""Pictures, pairs, and pairs looked at closely, of one step, a fraction of a second."""

Thumbnail = Callable[[int], Pillow.Image]
Windows = Callable[[np.ndarray], np.ndarray]
"""Makes the windows of boxes."""

_MIDDLE, _SMALLER = (MARGIN / 2, 1 - MARGIN / 2) * 2, (MARGIN, 1 - MARGIN) * 2
_CORNERS = [(*across, *down) for across, down in product(((0, 1 - MARGIN), (MARGIN, 1)), repeat=2)]
WINDOWS = np.array([_MIDDLE, _SMALLER, *_CORNERS], np.float32)
_CANDIDATE = np.dtype([("whole", np.int64), ("part", np.int64), ("value", np.float32), ("box", np.float32, 4)])


def crops(pictures: np.ndarray, usual: Usual, thumbnail: Thumbnail, since: int = 0, seed: int = 0) -> Task[np.ndarray]:
    """The pairs among `pictures` (N, 32, 32) uint8 one of which is cut out of the other, as records like those of
    `likeness.alike`, with `CROPPED` as their turn.

    thumbnail: makes a larger picture, in gray, by its place. Only pairs are looked for one of which is at `since` or
    later. Up to about a tenth may be missing on each side. Yields `Progress`. Memory: about 1 KB a picture.
    """
    rng = np.random.default_rng(seed)
    places = usual.places
    steady = yield from _steady(usual.sample, rng)
    new = int(np.searchsorted(places, since))
    candidates = np.empty(0, _CANDIDATE)
    for wholes, parts in ((places[new:], places), (places[:new], places[new:])):
        if len(wholes) and len(parts):
            index = yield from indexed(steady, pictures, parts, rng, TABLES)
            candidates = yield from _candidates(steady, index, pictures, wholes, parts, candidates)
    candidates = yield from _fitted(usual.view, pictures, candidates)
    found = yield from _verified(usual.view, pictures, candidates, thumbnail)
    return best_partners(best_turn(found))


def _steady(sample: np.ndarray, rng: np.random.Generator) -> Task[View]:
    """The directions in which pictures differ most from each other, relative to what moving a window changes in them:
    linear discriminant analysis (Fisher 1936), with the windows of a picture as a class."""
    flat = standardized(sample)
    mean = flat.mean(0)
    total = (flat - mean).T @ (flat - mean) / len(flat)
    changes = total * 0
    here = standardized(windows(sample, WINDOWS[0]))
    for _ in range(3):
        yield _progress(0, 1)
        boxes = WINDOWS[0] + rng.uniform(-JITTER, JITTER, (len(sample), 4))
        change = standardized(windows(sample, boxes)) - here
        changes += change.T @ change / len(change) / 3
    spread = max(total.trace() / SIDE**2, ALIKE)
    changes += STEADY * spread * np.eye(SIDE**2, dtype=np.float32)
    yield _progress(0, 1)
    inverse = np.linalg.inv(np.linalg.cholesky(changes))
    yield _progress(0, 1)
    ratios, directions = largest(inverse @ total @ inverse.T, DIRECTIONS, rng)
    directions = inverse.T @ directions / np.sqrt(1 + ratios.clip(0))
    directions[:, : max(0, DIRECTIONS - len(sample))] = 0  # more than there are pictures differ by noise only
    return View(mean, directions)


def _candidates(
    steady: View, index: HashIndex, pictures: np.ndarray, wholes: np.ndarray, parts: np.ndarray, found: np.ndarray
) -> Task[np.ndarray]:
    """Those found before, and the pairs of one of the `wholes` and one of the `parts`, which are indexed, that may be
    cut from it: the best of each part."""
    for start in range(0, len(wholes), QUERIES):
        yield _progress(start, 2 * len(wholes))
        some = wholes[start : start + QUERIES]
        for box in WINDOWS:
            place, query, value = index.near(steady.describe(windows(pictures[some], box)), LIKELY)
            records = np.empty(len(place), _CANDIDATE)
            records["whole"], records["part"] = some[query], parts[place]
            records["value"], records["box"] = value, box
            found = np.concatenate([found, records[records["whole"] != records["part"]]])
        found = _best_wholes(found)
    return found


def _best_wholes(records: np.ndarray) -> np.ndarray:
    """The best box of each pair, of the `WHOLES` best pairs of each part."""
    records = records[np.lexsort((-records["value"], records["whole"], records["part"]))]
    pair = records[["whole", "part"]]
    records = records[np.concatenate([[True], pair[1:] != pair[:-1]])[: len(records)]]
    return records[ranks(records["part"], records["value"]) < WHOLES]


def _fitted(view: View, pictures: np.ndarray, candidates: np.ndarray) -> Task[np.ndarray]:
    """Candidates with boxes that fit, as far as the small pictures do not speak against them."""
    candidates = _once(candidates)
    found = [np.empty(0, _CANDIDATE)]
    for start in range(0, len(candidates), PAIRS):
        yield _progress(len(candidates) + start, 2 * len(candidates))
        some = candidates[start : start + PAIRS]
        for look in LOOKS:
            some = some[_look(view, partial(windows, pictures[some["whole"]]), pictures, some, *look)]
        found.append(some)
    return np.concatenate(found)


def _look(
    view: View,
    cut: Windows,
    pictures: np.ndarray,
    candidates: np.ndarray,
    steps: int,
    least: float,
    least_missing: float,
) -> np.ndarray:
    """Which of the candidates are alike enough; their boxes are made to fit, and their values follow."""
    parts = pictures[candidates["part"]]
    candidates["box"] = fit(cut, parts, candidates["box"], steps)
    candidates["value"] = (view.describe(cut(candidates["box"])) * view.describe(parts)).sum(1)
    missing = np.abs(candidates["box"] - WHOLE).max(1)
    return (candidates["value"] >= least) & (missing >= least_missing)


def _once(candidates: np.ndarray) -> np.ndarray:
    """Each pair once: which is the whole is told by which way they are more alike."""
    candidates = candidates[np.argsort(-candidates["value"], kind="stable")]
    pairs = np.sort(np.stack([candidates["whole"], candidates["part"]], axis=1), axis=1)
    return candidates[np.sort(np.unique(pairs, axis=0, return_index=True)[1])]


def _verified(view: View, pictures: np.ndarray, candidates: np.ndarray, thumbnail: Thumbnail) -> Task[np.ndarray]:
    """What is alike also when the window is cut out of the thumbnail: at once, and more so where it fits best."""
    found = [np.empty(0, PAIR)]
    for start in range(0, len(candidates), CLOSE_PAIRS):
        yield Progress(start, len(candidates), tr("Looking closely at what may be cropped"))
        some = candidates[start : start + CLOSE_PAIRS]
        wholes = [thumbnail(place) for place in some["whole"].tolist()]
        for look in CLOSE_LOOKS:
            enough = _look(view, partial(_cut, wholes), pictures, some, *look)
            some, wholes = some[enough], [whole for whole, kept in zip(wholes, enough, strict=True) if kept]
        found.append(_records(some))
    return np.concatenate(found)


def _cut(wholes: Sequence[Pillow.Image], boxes: np.ndarray) -> np.ndarray:
    return np.array([window(*each) for each in zip(wholes, boxes, strict=True)], np.uint8).reshape(-1, SIDE, SIDE)


def _records(candidates: np.ndarray) -> np.ndarray:
    records = np.empty(len(candidates), PAIR)
    records["first"] = np.minimum(candidates["whole"], candidates["part"])
    records["second"] = np.maximum(candidates["whole"], candidates["part"])
    records["value"], records["turn"] = candidates["value"].clip(max=1), CROPPED
    return records


def _progress(done: int, total: int) -> Progress:
    return Progress(done, total, tr("Looking for crops"))
