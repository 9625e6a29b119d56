"""Hugging Face imagefolder: folders of classes below each side of the split, which has a metadata.jsonl."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from studio.exporting.formats.format import Format, Written, in_class_folders, name_of
from studio.exporting.manifest import Row


def describe(folder: Path, images: Sequence[Written]) -> list[Row]:
    lines: dict[str, list[bytes]] = {}
    is_marked = any(image.regions for image in images)
    for image in images:
        lines.setdefault(image.row.split, []).append(msgspec.json.encode(_facts(image, is_marked)) + b"\n")
    for split, each in lines.items():
        (folder / split / "metadata.jsonl").write_bytes(b"".join(each))
    return [image.row for image in images]


def _facts(image: Written, is_marked: bool) -> dict[str, Any]:
    """A line; the boxes are in all of them or in none, for the columns must be the same."""
    row = image.row
    facts: dict[str, Any] = {"file_name": str(PurePosixPath(row.file).relative_to(row.split))}
    facts |= {"label": row.label, "origin": row.origin}
    if is_marked:
        boxes = [[each.left, each.top, each.width, each.height] for each in image.regions]
        facts["objects"] = {"bbox": boxes, "categories": [name_of(each, row) for each in image.regions]}
    return facts


FORMAT = Format(name="imagefolder", title="Hugging Face imagefolder", place=in_class_folders, describe=describe)
