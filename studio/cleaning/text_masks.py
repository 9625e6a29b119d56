"""Text in images masked out: where it was found, what is still seen of it, and which images it stands in alike."""

from collections.abc import Mapping, Sequence

import msgspec

from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import Item, items, items_of
from studio.project.part import Box, encode_boxes

MARGIN = 2
"""Pixels by which what is found is widened: strokes of letters reach beyond their boxes."""
DEVICE = ("camera", "modality")
"""Fields of images by which one device, which writes at the same places, is told from another."""


def text_boxes(project: Project, item: Item) -> tuple[Box, ...]:
    """Where `studio.cleaning.text_search` found text in an image, widened by `MARGIN` as far as the image goes."""
    row = project.db.execute("SELECT boxes FROM text_box WHERE pixel_sha256 = ?", (item.pixel_sha256,)).fetchone()
    found = msgspec.json.decode(row[0], type=list[Box]) if row else []
    return tuple(_widened(box, item.width, item.height) for box in found)


def in_sight(boxes: Sequence[Box], masked: Sequence[Box]) -> list[Box]:
    """Those boxes whose middle is not masked."""
    return [box for box in boxes if not any(_holds(mask, box) for mask in masked)]


def taken_alike(project: Project, item: Item) -> list[Item]:
    """Real images of the same size and device as one, itself among them."""
    same = " AND ".join(f"json_extract(fields, '$.{field}') IS ?" for field in DEVICE)
    device = [item.fields.get(field) for field in DEVICE]
    where = f"origin = 'real' AND width = ? AND height = ? AND {same}"
    return list(items(project, where, [item.width, item.height, *device]))


def mask_text(project: Project, boxes: Mapping[int, Sequence[Box]]) -> Edit | None:
    """Mask boxes of images, by their ids, in place of what was masked before: undoable; None when nothing changes."""
    return edit(project, "mask", "masked", {item_id: encode_boxes(each) for item_id, each in boxes.items()})


def mask_all_found(project: Project, item_ids: Sequence[int]) -> Edit | None:
    """Mask in images whatever text was found in them, beside what is masked already; undoable."""
    chosen = items_of(project, item_ids)
    return mask_text(project, {each.id: _with_found(project, each, each.masked) for each in chosen})


def mask_alike(project: Project, item: Item, boxes: Sequence[Box]) -> Edit | None:
    """Mask the same boxes in all images that are `taken_alike`, and what text was found in each; undoable."""
    alike = taken_alike(project, item)
    masks = {each.id: _with_found(project, each, [*each.masked, *in_sight(boxes, each.masked)]) for each in alike}
    return mask_text(project, masks | {item.id: boxes})


def _with_found(project: Project, item: Item, masked: Sequence[Box]) -> tuple[Box, ...]:
    return (*masked, *in_sight(text_boxes(project, item), masked))


def _holds(mask: Box, box: Box) -> bool:
    column, row = box[0] + box[2] / 2, box[1] + box[3] / 2
    return mask[0] <= column < mask[0] + mask[2] and mask[1] <= row < mask[1] + mask[3]


def _widened(box: Box, width: int, height: int) -> Box:
    left, top = max(0, box[0] - MARGIN), max(0, box[1] - MARGIN)
    right, bottom = min(width, box[0] + box[2] + MARGIN), min(height, box[1] + box[3] + MARGIN)
    return left, top, right - left, bottom - top
