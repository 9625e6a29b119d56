"""COCO: images by side of the split, and for each side a JSON file of what is marked (cocodataset.org, data format)."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from studio.exporting.formats.format import Format, Written, in_images, name_of, names_of
from studio.exporting.manifest import Row
from studio.project.regions import Region, mask_of


def describe(folder: Path, images: Sequence[Written]) -> list[Row]:
    """annotations/instances_SPLIT.json, with the same categories in each."""
    names = names_of(images)
    (folder / "annotations").mkdir()
    by_split = sorted(images, key=lambda image: image.row.split)
    for split, group in groupby(by_split, key=lambda image: image.row.split):
        content = msgspec.json.encode(_instances(list(group), names))
        (folder / "annotations" / f"instances_{split}.json").write_bytes(content)
    return [image.row for image in images]


def _instances(images: Sequence[Written], names: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    pictures = [
        {"id": number, "file_name": image.row.file, "width": image.row.width, "height": image.row.height}
        for number, image in enumerate(images, 1)
    ]
    marked = [(number, image.row, region) for number, image in enumerate(images, 1) for region in image.regions]
    annotations = [
        {"id": each, "image_id": number, "category_id": names.index(name_of(region, row)) + 1, **_shape(region, row)}
        for each, (number, row, region) in enumerate(marked, 1)
    ]
    categories = [{"id": number, "name": name} for number, name in enumerate(names, 1)]
    return {"images": pictures, "annotations": annotations, "categories": categories}


def _shape(region: Region, row: Row) -> dict[str, Any]:
    box = [region.left, region.top, region.width, region.height]
    if region.mask is None:
        return {"bbox": box, "area": region.width * region.height, "iscrowd": 0, "segmentation": []}
    mask = mask_of([region], row.height, row.width)
    runs = {"size": [row.height, row.width], "counts": runs_of(mask)}
    return {"bbox": box, "area": int(np.count_nonzero(mask)), "iscrowd": 0, "segmentation": runs}


def runs_of(mask: np.ndarray) -> list[int]:
    """Lengths of the runs of 0 and of anything else in turn, column by column; the first may be 0."""
    flat = mask.T.ravel() != 0
    turns = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    lengths = np.diff([0, *turns, flat.size]).tolist()
    return [0, *lengths] if flat[0] else lengths


FORMAT = Format(name="coco", title="COCO", place=in_images, describe=describe, needs_regions=True)
