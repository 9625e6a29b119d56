"""manifest.csv: one row for each file of an export."""

import csv
from collections.abc import Iterable
from pathlib import Path

import msgspec

UNLABELED = "unlabeled"
"""The class, and folder, of images without a label."""


class Row(msgspec.Struct, frozen=True):
    """One file, named relative to the export with slashes. What a real image has no value for is empty.

    source_sha256 names the imported file by its content, not by its name, which may be a patient's; source_frame,
    source_plane and source_box say which image of that file it is, as `studio.project.part.Part` does (frames, pages
    and slices from 0 on; the box as JSON: left, top, width and height in pixels of that image). masked: boxes, as JSON
    too, in pixels of this file, that were made even because text stood there. mask: the file of what is marked; boxes:
    the same as JSON, each with name, left, top, width and height in pixels.
    """

    file: str
    label: str
    split: str
    origin: str
    width: int
    height: int
    channels: int
    bits: int
    source_sha256: str = ""
    source_frame: int | str = ""
    source_plane: str = ""
    source_box: str = ""
    masked: str = ""
    run: str = ""
    checkpoint: str = ""
    seed: int | str = ""
    index: int | str = ""
    mask: str = ""
    boxes: str = ""


def write_manifest(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as CSV in UTF-8. Texts that a spreadsheet would run as a formula get an apostrophe in front."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("class" if name == "label" else name for name in Row.__struct_fields__)
        writer.writerows([_harmless(value) for value in msgspec.structs.astuple(row)] for row in rows)


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
