"""The defects that were marked in a project's images: cut out, for putting them on others."""

from collections.abc import Callable, Sequence
from heapq import nlargest
from typing import NamedTuple

import msgspec
import numpy as np

from studio.augmenting.chain import Chain
from studio.augmenting.operation import Defect, Insertion
from studio.imaging.image import Image
from studio.imaging.normalize import Normalization, normalize
from studio.project import Project
from studio.project.items import USABLE, Item, item
from studio.project.regions import Region, mask_of, regions

MOST = 32
"""Images that are drawn where more are marked."""
MOST_EACH = 8
"""Defects that are cut out of one image, the largest."""
MARGIN = 0.2
"""What is cut out around a defect, of its longer side: its brightness is compared with what surrounds it."""


class Marked(NamedTuple):
    """An image in which something is marked."""

    item: Item
    regions: tuple[Region, ...]

    def mask(self) -> np.ndarray:
        """uint8 (height, width): 255 where something is marked."""
        return mask_of(self.regions, self.item.height, self.item.width)

    def largest(self) -> "list[Marked]":
        """Each of the largest regions by itself."""
        chosen = nlargest(MOST_EACH, self.regions, key=lambda region: region.area)
        return [self._replace(regions=(region,)) for region in chosen]

    def mark(self) -> "Mark":
        """What the first region is called."""
        return Mark(self.regions[0].name, self.item.label or "")


class Mark(NamedTuple):
    """What the box of a defect is called, and the class of the image it is from; either may be empty."""

    name: str
    image_class: str


def marked_items(project: Project, condition: str = USABLE, most: int = MOST, seed: int = 0) -> list[Marked]:
    """Up to `most` items in which something is marked, drawn by seed. condition: SQL on origin, decision and split."""
    rows = project.db.execute(
        "WITH marked AS MATERIALIZED (SELECT id, origin, decision, split FROM item WHERE regions != '[]')"
        f" SELECT id FROM marked WHERE {condition} ORDER BY id"
    )
    ids = [row[0] for row in rows]
    drawn = [ids[index] for index in np.random.default_rng(seed).permutation(len(ids))[:most].tolist()]
    return [Marked(item(project, item_id), marks) for item_id, marks in regions(project, drawn).items()]


def has_marks(project: Project) -> bool:
    """Whether there are defects at all."""
    return project.db.execute("SELECT 1 FROM item WHERE regions != '[]' LIMIT 1").fetchone() is not None


def pastes_defects(chain: Chain) -> bool:
    """Whether the chain has a use for defects."""
    return any(isinstance(operation, Insertion) for operation in chain.active)


def cut_defects(
    marked: Sequence[Marked],
    read: Callable[[Item], np.ndarray],
    fit: Callable[[np.ndarray], np.ndarray] = lambda mask: mask,
) -> list[Defect]:
    """What is marked in images, each region with a margin around it, labeled by its `Mark`.

    read: the pixels (H, W, ...) of an item; fit: its mask in step with them.
    """
    found = []
    for each in marked:
        pixels = read(each.item)
        cuts = ((_cut(pixels, fit(single.mask())), single.mark()) for single in each.largest())
        found += [cut._replace(label=mark) for cut, mark in cuts if cut is not None]
    return found


def normalized_mask(mask: np.ndarray, normalization: Normalization) -> np.ndarray:
    """A mask, 0 or 255, in step with its normalized image: uint8 (size, size)."""
    in_gray = msgspec.structs.replace(normalization, mode="gray")
    return np.where(normalize(Image(mask, 8), in_gray)[..., 0] > 127, np.uint8(255), np.uint8(0))


def _cut(pixels: np.ndarray, mask: np.ndarray) -> Defect | None:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    margin = 1 + round(MARGIN * max(np.ptp(rows), np.ptp(columns)))
    window = tuple(slice(max(0, places[0] - margin), places[-1] + 1 + margin) for places in (rows, columns))
    return Defect(pixels[window], mask[window])
