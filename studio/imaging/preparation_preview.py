"""What settings of the preparation are shown on: values of many images, and a few images themselves."""

from typing import NamedTuple

import numpy as np

from studio.imaging.common import prepared_as, usual_normalization
from studio.imaging.image import Image
from studio.imaging.normalize import Normalization, eight_bits, normalize, own_range, tones
from studio.imaging.preparation import Preparation
from studio.imaging.pyramid import Pyramid
from studio.imaging.read import read_item
from studio.imaging.smallest_defect import smallest_defect
from studio.imaging.unreadable import Unreadable
from studio.imaging.value_sample import ValueSample, sample_values
from studio.project import Project
from studio.project.items import USABLE, item, item_ids

SHOWN, SIDE = 4, 160
READ_SIDE = 512
"""Images of the preview are at most about twice as large, so that it follows the hand."""
LEARNED_SIZE = Normalization().size


class Basis(NamedTuple):
    """usual: how images are made alike where nothing is set, at `SIDE` px. smallest: width in pixels of the thinnest
    mark in images of `LEARNED_SIZE` px, None where nothing is marked."""

    sample: ValueSample
    images: list[Image]
    usual: Normalization
    smallest: float | None


class Prepared(NamedTuple):
    """images: uint8 (side, side, 1 or 3). counts: (256,), how many pixels of the sample get each brightness."""

    images: list[np.ndarray]
    counts: np.ndarray


def read_basis(project: Project) -> Basis:
    """Reads some 70 images."""
    ids = item_ids(project, USABLE)
    images: list[Image] = []
    for item_id in ids[:: max(1, len(ids) // SHOWN)]:
        try:
            images.append(_small(read_item(item(project, item_id))))
        except (Unreadable, OSError):  # gone or changed since the import, which Clean says
            continue
    return Basis(
        sample_values(project),
        images[:SHOWN],
        usual_normalization(project, SIDE),
        smallest_defect(project, LEARNED_SIZE),
    )


def prepare(basis: Basis, prepared: Preparation) -> Prepared:
    """What the settings make of it; about 0.1 s."""
    normalization = prepared_as(prepared, basis.usual)
    counts = np.zeros(256, np.int64)
    for image in basis.sample.images:
        counts += np.bincount(tones(image, normalization).ravel(), minlength=256)
    return Prepared([normalize(image, normalization) for image in basis.images], counts)


def as_it_is(image: Image) -> np.ndarray:
    """For the eye, uint8: deep images through their own range of brightness."""
    return np.asarray(eight_bits(image, None if image.pixels.dtype == np.uint8 else own_range(image)))


def _small(image: Image) -> Image:
    pyramid = Pyramid(image)
    level = pyramid.level(READ_SIDE / max(image.width, image.height))
    return pyramid.cut(level, (0, 0, image.width, image.height))[0]
