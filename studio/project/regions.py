"""Regions: what is marked in an image, a defect or an object, by a box or a mask."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import msgspec
import numpy as np
from msgspec import structs
from PIL import Image as Pillow

from studio.project.edits import Edit, edit
from studio.project.part import Box
from studio.project.store import Project


class Region(msgspec.Struct, frozen=True, omit_defaults=True):
    """A box in pixels of the upright image, which may be a fraction, and in it a mask where one was drawn.

    name: what is marked; may be empty. mask: a PNG of 0 and 255 that covers the box, rounded outwards to whole pixels.
    """

    left: float
    top: float
    width: float
    height: float
    name: str = ""
    mask: bytes | None = None

    @classmethod
    def from_mask(cls, mask: np.ndarray, name: str = "") -> "Region | None":
        """The region of all pixels of a mask (H, W) that are not 0; None when there are none."""
        import cv2

        filled = (mask != 0).view(np.uint8)
        left, top, width, height = cv2.boundingRect(filled)
        if not width:
            return None
        inside = filled[top : top + height, left : left + width] * np.uint8(255)
        _, file = cv2.imencode(".png", inside, (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_BILEVEL, 1))
        return cls(left, top, width, height, name, file.tobytes())

    @property
    def area(self) -> float:
        """In pixels: of the mask, or of the box where there is none."""
        if self.mask is None:
            return self.width * self.height
        return int(np.count_nonzero(_decoded(self.mask)))


def regions(project: Project, ids: Iterable[int]) -> dict[int, tuple[Region, ...]]:
    """What is marked in items, by their ids; items without a region are left out."""
    found = {}
    for item_id in ids:
        row = project.db.execute("SELECT regions FROM item WHERE id = ? AND regions != '[]'", (item_id,)).fetchone()
        if row is not None:
            found[item_id] = decode_regions(row[0])
    return found


def set_regions(project: Project, values: Mapping[int, Sequence[Region]]) -> Edit | None:
    """Mark items anew, by their ids, as one undoable action; None when nothing changes."""
    return edit(project, "mark", "regions", {item_id: encode_regions(each) for item_id, each in values.items()})


def mask_of(marked: Iterable[Region], height: int, width: int) -> np.ndarray:
    """uint8 (height, width): 255 where a region is, 0 elsewhere. A region without a mask fills its box."""
    mask = np.zeros((height, width), np.uint8)
    for region in marked:
        left, top = int(np.floor(region.left)), int(np.floor(region.top))
        right, bottom = int(np.ceil(region.left + region.width)), int(np.ceil(region.top + region.height))
        inside = _pixels(region, bottom - top, right - left)
        x, y = max(0, -left), max(0, -top)
        target = mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
        target |= inside[y : y + target.shape[0], x : x + target.shape[1]]
    return mask


def clipped(marked: Iterable[Region], box: Box) -> tuple[Region, ...]:
    """What of regions lies in a cut-out of their image, in its own pixels."""
    left, top, width, height = box
    moved = (structs.replace(region, left=region.left - left, top=region.top - top) for region in marked)
    inside = (_inside(region, width, height) for region in moved)
    return tuple(region for region in inside if region is not None)


def encode_regions(marked: Iterable[Region]) -> str:
    """The JSON that the project keeps."""
    return msgspec.json.encode(tuple(marked)).decode()


def decode_regions(text: str) -> tuple[Region, ...]:
    return msgspec.json.decode(text, type=tuple[Region, ...])


def _inside(region: Region, width: int, height: int) -> Region | None:
    left, top = max(0.0, region.left), max(0.0, region.top)
    right, bottom = min(width, region.left + region.width), min(height, region.top + region.height)
    if left >= right or top >= bottom:
        return None
    if region.mask is not None:
        return Region.from_mask(mask_of([region], height, width), region.name)
    return Region(left, top, right - left, bottom - top, region.name)


def _pixels(region: Region, height: int, width: int) -> np.ndarray:
    if region.mask is None:
        return np.full((height, width), 255, np.uint8)
    pixels = _decoded(region.mask)
    if pixels.shape != (height, width):
        raise ValueError(f"a mask of {pixels.shape} for a box of {(height, width)}")
    return pixels


def _decoded(mask: bytes) -> np.ndarray:
    with Pillow.open(BytesIO(mask), formats=("PNG",)) as picture:
        return np.asarray(picture.convert("L"))
