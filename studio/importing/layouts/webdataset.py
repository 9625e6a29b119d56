"""WebDataset: shards of tar with files KEY.EXTENSION; those of one key, up to the first point, belong together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from studio.importing.gather import Listing
from studio.importing.layouts.layout import Layout, read_text, split_named, unreadable
from studio.importing.marks import Mark, MaskMark
from studio.importing.source import Problem, SourceFile
from studio.labeling.table import LABEL_COLUMNS

MASKS = ("seg", "mask", "segmentation")
LABEL, FACTS, TEXT = "cls", "json", "txt"
LONGEST_TEXT = 500
"""Characters of a caption that are kept."""

Group = dict[str, Path]
"""The files of one key by their extensions."""


def recognize(listing: Listing) -> bool:
    """At least half of the images have a class or facts beside them."""
    if not listing.with_suffix(f".{LABEL}", f".{FACTS}"):
        return False
    groups = _groups(listing)
    described = sum(LABEL in group or FACTS in group for group in groups)
    return bool(groups) and 2 * described >= len(groups)


def read(listing: Listing) -> Iterator[SourceFile | Problem]:
    """The file .cls is the class, .json gives fields, .txt a text, and .seg.png or .mask.png the mask."""
    for group in _groups(listing):
        label, fields = "", {}
        for extension in (LABEL, FACTS, TEXT):
            if extension not in group:
                continue
            try:
                text = read_text(group[extension]).strip()
                if extension == LABEL:
                    label = text
                elif extension == TEXT:
                    fields[TEXT] = text[:LONGEST_TEXT]
                else:
                    facts = _facts(text)
                    label = label or next((facts.pop(name) for name in LABEL_COLUMNS if facts.get(name)), "")
                    fields |= facts
            except (OSError, ValueError, RecursionError, msgspec.DecodeError) as error:
                yield unreadable(group[extension], error)
        marks: tuple[Mark, ...] = tuple(MaskMark(group[each], label) for each in sorted(group) if _is_mask(each))
        for path in (path for extension, path in group.items() if path in listing.images and not _is_mask(extension)):
            yield SourceFile(path, label or None, fields, split=split_named(listing.name_of(path.parent)), marks=marks)


def _groups(listing: Listing) -> list[Group]:
    """Those with an image."""
    found: dict[tuple[Path, str], Group] = {}
    for path in listing.files:
        key, _, extension = path.name.partition(".")
        found.setdefault((path.parent, key), {})[extension.casefold()] = path
    return [group for group in found.values() if any(path in listing.images for path in group.values())]


def _is_mask(extension: str) -> bool:
    return extension.partition(".")[0] in MASKS


def _facts(text: str) -> dict[str, str]:
    """What a JSON object says in single values. Raises `msgspec.DecodeError`."""
    facts: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    return {key: str(value) for key, value in facts.items() if isinstance(value, str | int | float) and value != ""}


LAYOUT = Layout(
    name="webdataset",
    title="WebDataset",
    summary="Shards of tar with KEY.jpg, KEY.cls and KEY.json.",
    recognize=recognize,
    read=read,
)
