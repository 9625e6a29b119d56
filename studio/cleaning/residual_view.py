"""What has to be known of a set to tell the marks of its pictures from what is usual, learned once and kept."""

from typing import NamedTuple, Self

import numpy as np
from safetensors.numpy import load, save

from studio.imaging.neighbors import principal_axes

SAMPLE = 4000
"""Pictures from which the usual variation is learned."""
EVEN = 0.05
"""Deviation at a pixel, of that of a whole picture, below which it is not stretched: nothing but noise is there."""


class Axes(NamedTuple):
    """Principal axes (D, K) of rows (N, D), and the mean (D,) of these."""

    mean: np.ndarray
    axes: np.ndarray

    @classmethod
    def of(cls, sample: np.ndarray) -> Self:
        return cls(*principal_axes(sample))

    def project(self, rows: np.ndarray) -> np.ndarray:
        return rows @ self.axes - self.mean @ self.axes


class ResidualView(NamedTuple):
    """looks, spectra: the axes in which pictures, and the spectra of their details, are compared. stretch, mean:
    (1024,), what residuals are multiplied by and what is taken from them then. whiten: (1024, 1024)."""

    looks: Axes
    spectra: Axes
    stretch: np.ndarray
    mean: np.ndarray
    whiten: np.ndarray

    @classmethod
    def of(cls, looks: Axes, spectra: Axes, residuals: np.ndarray) -> Self:
        """residuals: (N, 1024), float16, as they were before they are described."""
        sample = spread(residuals).astype(np.float32)
        stretch = 1 / (np.sqrt((sample**2).mean(0)) + EVEN)
        mean = (sample * stretch).mean(0)
        return cls(looks, spectra, stretch, mean, _whitening(sample * stretch - mean))

    def describe(self, residuals: np.ndarray) -> np.ndarray:
        """Residuals as unit vectors (N, 1024), in which no direction counts for more than the average one (whitening as
        in `view`, but of the strongest directions only)."""
        block = (residuals * self.stretch - self.mean) @ self.whiten
        return block / np.linalg.norm(block, axis=1, keepdims=True).clip(1e-9)

    def encode(self) -> bytes:
        """5 MB."""
        rest = {"stretch": self.stretch, "mean": self.mean, "whiten": self.whiten}
        axes = {f"{name}.{part}": array for name in _AXES for part, array in getattr(self, name)._asdict().items()}
        return save(axes | rest)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        arrays = load(data)
        looks, spectra = (Axes(arrays.pop(f"{name}.mean"), arrays.pop(f"{name}.axes")) for name in _AXES)
        return cls(looks, spectra, **arrays)


_AXES = ("looks", "spectra")


def spread(rows: np.ndarray) -> np.ndarray:
    """At most `SAMPLE` of the rows, evenly."""
    return rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows)), dtype=int)]


def _whitening(rows: np.ndarray) -> np.ndarray:
    """The symmetric matrix that brings all directions with more than the average variance down to it."""
    variances, directions = np.linalg.eigh(rows.T @ rows / len(rows))
    average = max(variances.sum() / min(rows.shape), 1e-9)
    return (directions * np.sqrt(average / variances.clip(average))) @ directions.T
