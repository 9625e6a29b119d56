"""The values of a project's pixels, from a few of its images: for a histogram, and for choosing black and white."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from studio.imaging.image import Image, Range
from studio.imaging.read import read_item
from studio.imaging.unreadable import Unreadable
from studio.project import Project
from studio.project.items import USABLE, item, item_ids

MOST_IMAGES = 64
FEW = 100
"""Rows and columns of each image, at most, that are looked at."""
BINS = 256


class ValueSample(NamedTuple):
    """values: float32, ascending, in the files' units. images: those that they are of, few of their pixels only."""

    values: np.ndarray
    images: tuple[Image, ...] = ()

    @property
    def depths(self) -> list[int]:
        """The bits of the images, each once."""
        return sorted({image.depth for image in self.images})

    def range(self, percentiles: Range = (0, 100)) -> Range:
        """The values below which so many percent of the pixels lie."""
        low, high = np.percentile(self.values, percentiles)
        return float(low), float(high)

    def histogram(self) -> tuple[np.ndarray, np.ndarray]:
        """How many pixels lie in each of up to `BINS` steps, and their edges (one more)."""
        return np.histogram(self.values, _edges(*self.range(), is_whole=bool((self.values % 1 == 0).all())))


def sample_values(project: Project) -> ValueSample:
    """Looks at up to `MOST_IMAGES` usable images, evenly spread; those that cannot be read are left out."""
    ids = item_ids(project, USABLE)
    chosen = ids[:: max(1, -(-len(ids) // MOST_IMAGES))]
    images = tuple(_few(image) for item_id in chosen if (image := _readable(project, item_id)) is not None)
    if not images:
        return ValueSample(np.zeros(1, np.float32))
    values = np.concatenate([image.color.astype(np.float32).ravel() for image in images])
    return ValueSample(np.sort(values), images)


def _readable(project: Project, item_id: int) -> Image | None:
    try:
        return read_item(item(project, item_id))
    except (Unreadable, OSError):  # gone or changed since the import, which Clean says
        return None


def _few(image: Image) -> Image:
    step = 1 + max(image.width, image.height) // FEW
    return replace(image, pixels=np.ascontiguousarray(image.pixels[::step, ::step]))


def _edges(low: float, high: float, is_whole: bool) -> np.ndarray:
    """Steps of whole values hold equally many of them: a comb would not be in the images."""
    if is_whole:
        step = -(-(high - low + 1) // BINS)
        return low + step * np.arange((high - low) // step + 2)
    return np.linspace(low, high if high > low else low + 1, BINS + 1)
