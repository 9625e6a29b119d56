"""How the small pictures of a set are described: by short vectors in which what all have in common counts little.

Parts that look alike differ in what is rare among them; copies do not.
"""

from collections.abc import Callable, Iterator

import numpy as np

from studio.imaging.small_picture import SIDE

LENGTH = 128
"""Directions in which pictures are compared: more tell copies apart from each other by their noise."""
NOISE = 0.03
"""Variance of noise in a direction, relative to the mean variance of the directions that the set fills."""
FEWEST_LEVELS = 2.0
"""Standard deviation below which there is nothing to compare, of 255."""
FILLED = 4
"""Directions in which a picture adds to what is known of a set: beyond, noise would count."""

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


class View:
    """Pictures as unit vectors; brightness and contrast cancel."""

    def __init__(self, mean: np.ndarray, directions: np.ndarray) -> None:
        """mean: (1024,), what is usual. directions: (1024, D), what to compare, each scaled as it shall count."""
        self._usual = (mean @ directions).astype(np.float32)
        self._directions = directions.astype(np.float32)

    def describe(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures (N, 32, 32) of any number type as float32 (N, D)."""
        return self._unit(standardized(pictures), self._directions)

    def turned(self, pictures: np.ndarray) -> Iterator[np.ndarray]:
        """As `describe`, in each of the `TURNS`; for views in which what is usual looks the same in all of them."""
        flat = standardized(pictures)
        return (self._unit(flat, self._directions[np.argsort(order)]) for order in _ORDERS)

    def _unit(self, flat: np.ndarray, directions: np.ndarray) -> np.ndarray:
        vectors = flat @ directions - self._usual
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9)


def whitened(sample: np.ndarray, rng: np.random.Generator) -> View:
    """The view in which unrelated pictures are nearly orthogonal, learned from some (N, 32, 32).

    The directions in which the set varies most are divided by its standard deviation in them, and of noise:
    regularized PCA whitening (Bell & Sejnowski 1997), with the covariance over all turns.
    """
    flat = standardized(sample)
    mean = _over_turns(flat.mean(0).reshape(SIDE, SIDE)).ravel()
    products = (flat.T @ flat / len(flat)).reshape((SIDE,) * 4)
    covariance = _over_turns(products).reshape(SIDE**2, SIDE**2) - np.outer(mean, mean)
    variances, directions = largest(covariance, LENGTH, rng)
    noise = NOISE * covariance.trace() / min(len(TURNS) * len(flat), SIDE * SIDE)
    whiten = directions / np.sqrt(variances.clip(0) + noise)
    whiten[:, : max(0, LENGTH - FILLED * len(flat))] = 0
    return View(mean, whiten)


def _over_turns(pixels: np.ndarray) -> np.ndarray:
    """The mean over all `TURNS` of what there is of a pixel (32, 32), or of each pair of pixels (32, 32, 32, 32): every
    turn is made of one across, one down, and one along the diagonal."""
    same, back, each = slice(None), slice(None, None, -1), pixels.ndim // 2
    pixels = (pixels + pixels[(same, back) * each]) / 2
    pixels = (pixels + pixels[(back, same) * each]) / 2
    return (pixels + pixels.transpose([axis ^ 1 for axis in range(pixels.ndim)])) / 2


def standardized(pictures: np.ndarray) -> np.ndarray:
    """Pictures as float32 (N, 1024) of mean 0 and standard deviation 1, less where they are nearly even."""
    flat = pictures.reshape(-1, SIDE * SIDE).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    flat /= flat.std(1, keepdims=True).clip(FEWEST_LEVELS)
    return flat


def largest(covariance: np.ndarray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The `count` largest variances, in rising order, and their directions: subspace iteration (Halko et al. 2011)."""
    directions = rng.standard_normal((len(covariance), count + 32), covariance.dtype)
    for _ in range(4):
        directions, _ = np.linalg.qr(covariance @ directions)
    variances, within = np.linalg.eigh(directions.T @ covariance @ directions)
    return variances[-count:], (directions @ within)[:, -count:]
