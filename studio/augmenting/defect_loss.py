"""How often a chain loses what is marked in the user's images: cropped, covered, blurred away."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image as Pillow
from PIL import ImageFilter

from studio.augmenting.chain import Chain
from studio.augmenting.defect_bank import marked_items, normalized_mask
from studio.imaging.normalize import Normalization, normalize
from studio.imaging.read import read_item
from studio.imaging.unreadable import Unreadable
from studio.project import Project

IMAGES, DRAWS = 16, 8
LEFT = 0.25
"""Share of a defect's contrast below which it counts as lost."""
AROUND = 9
"""Side in pixels of the neighborhood that says what would be there without the defect."""


class Healed(NamedTuple):
    """An image, and the same without what is marked in it, uint8 (H, W, C)."""

    image: np.ndarray
    healed: np.ndarray


def healed_images(project: Project, normalization: Normalization, seed: int) -> list[Healed]:
    """Some of the images in which something is marked, drawn by seed."""
    found = []
    for marked in marked_items(project, most=IMAGES, seed=seed):
        try:
            image = normalize(read_item(marked.item), normalization)
        except (Unreadable, OSError):  # a finding of its own in Clean
            continue
        found.append(Healed(image, _healed(image, normalized_mask(marked.mask(), normalization) > 0)))
    return [defect for defect in found if (defect.image != defect.healed).any()]


def _healed(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The image with the median of what surrounds the mask in its place."""
    grown = np.asarray(Pillow.fromarray(mask).convert("L").filter(ImageFilter.MaxFilter(AROUND))) > 0
    around = image[grown & ~mask]
    healed = image.copy()
    if len(around):
        healed[mask] = np.median(around, 0)
    return healed


def lost_share(trial: Chain, defects: Sequence[Healed], seed: int) -> float:
    """The share of draws after which less than `LEFT` remains of what the defect changes in its image.

    Both images are varied alike, so what is cropped, covered or blurred away no longer differs between them.
    """
    lost = []
    for number, (image, healed) in enumerate(defects):
        there = _difference(image, healed)
        for draw in range(DRAWS):
            own_seed = int(np.random.SeedSequence([seed, number, draw]).generate_state(1)[0])
            lost.append(_difference(trial(image, own_seed), trial(healed, own_seed)) < LEFT * there)
    return float(np.mean(lost))


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first.astype(np.float32) - second).sum())
