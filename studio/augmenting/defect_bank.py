"""The defects that were marked in a project's images: cut out, for putting them on others."""

from collections.abc import Callable, Sequence
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
MARGIN = 0.2
"""What is cut out around a defect, of its longer side: its brightness is compared with what surrounds it."""


class Marked(NamedTuple):
    """An image in which something is marked."""

    item: Item
    regions: tuple[Region, ...]

    def mask(self) -> np.ndarray:
        """uint8 (height, width): 255 where something is marked."""
        return mask_of(self.regions, self.item.height, self.item.width)


def marked_items(project: Project, condition: str = USABLE, most: int = MOST, seed: int = 0) -> list[Marked]:
    """Up to `most` items in which something is marked, drawn by seed. condition: SQL on origin, decision and split."""
    rows = project.db.execute(
        "WITH marked AS MATERIALIZED (SELECT id, origin, decision, split FROM item WHERE regions != '[]')"
        f" SELECT id FROM marked WHERE {condition} ORDER BY id"
    )
    ids = [row[0] for row in rows]
    drawn = [ids[index] for index in np.random.default_rng(seed).permutation(len(ids))[:most].tolist()]
    return [Marked(item(project, item_id), marks) for item_id, marks in regions(project, drawn).items()]


def pastes_defects(chain: Chain) -> bool:
    """Whether the chain has a use for defects."""
    return any(isinstance(operation, Insertion) for operation in chain.active)


def cut_defects(marked: Sequence[Marked], read: Callable[[Marked], tuple[np.ndarray, np.ndarray]]) -> list[Defect]:
    """Each image's marks, of which `read` gives pixels (H, W, ...) and mask (H, W), with a margin around them."""
    return [cut for each in marked if (cut := _cut(*read(each))) is not None]


def read_normalized(marked: Marked, image: Image, normalization: Normalization) -> tuple[np.ndarray, np.ndarray]:
    """Pixels uint8 (size, size, 1 or 3) and the mask in step, uint8 (size, size)."""
    in_gray = msgspec.structs.replace(normalization, mode="gray")
    mask = normalize(Image(marked.mask(), 8), in_gray)[..., 0] > 127
    return normalize(image, normalization), mask.astype(np.uint8) * 255


def _cut(pixels: np.ndarray, mask: np.ndarray) -> Defect | None:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    margin = 1 + round(MARGIN * max(np.ptp(rows), np.ptp(columns)))
    window = tuple(slice(max(0, places[0] - margin), places[-1] + 1 + margin) for places in (rows, columns))
    return Defect(pixels[window], mask[window])
