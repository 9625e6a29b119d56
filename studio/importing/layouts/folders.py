"""Classes by folder, below folders of a split where there are any."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from studio.importing.gather import Listing
from studio.importing.layouts import flat
from studio.importing.layouts.layout import SPLITS, Layout
from studio.importing.medium import is_contents
from studio.importing.source import SourceFile


def recognize(listing: Listing) -> bool:
    """Every image lies in a folder of a class, and these differ."""
    is_medium = any(is_contents(path) for path in listing.files)
    return not is_medium and _are_classes(_labels(listing), listing)


def read(listing: Listing) -> Iterator[SourceFile]:
    labels = _labels(listing)
    for file in flat.read(listing):
        label, split = labels.get(file.path, (None, None))
        yield msgspec.structs.replace(file, label=label, split=split, by_folder=True)


Named = dict[Path, tuple[str, str | None]]
"""Class and side of the split by file."""


def _labels(listing: Listing) -> Named:
    """The subfolders of each folder; where they are all the same, those below; where there are none, the folders."""
    labels = {path: named for folder in listing.folders for path, named in _below(folder, listing).items()}
    if _are_classes(labels, listing):
        return labels
    inside = _common_folder(listing)
    if inside is not None and _are_classes(deeper := _below(inside, listing), listing):
        return deeper
    given: Named = {}
    for folder, files in listing.folders.items():
        given |= dict.fromkeys(files, (listing.name_of(folder), None))
    return given if len(listing.folders) > 1 and _are_classes(given, listing) else labels


def _below(folder: Path, listing: Listing) -> Named:
    named: Named = {}
    depth = len(folder.parts)
    for path in listing.files:
        parts = path.parts[depth:]
        if path.parts[:depth] != folder.parts:
            continue
        split = SPLITS.get(parts[0].casefold()) if len(parts) > 2 else None
        if len(parts) > (2 if split else 1):
            named[path] = parts[1 if split else 0], split
    return named


def _common_folder(listing: Listing) -> Path | None:
    """The innermost folder that holds all images."""
    holders = {path.parent for path in listing.images}
    return Path(os.path.commonpath(holders)) if len(holders) > 1 and len(listing.folders) == 1 else None


def _are_classes(labels: Named, listing: Listing) -> bool:
    found = {labels[path][0] if path in labels else None for path in listing.images}
    return None not in found and len(found) > 1


LAYOUT = Layout(
    name="folders",
    title="A folder for each class",
    summary="CLASS/image.png, also below train, validation and test.",
    recognize=recognize,
    read=read,
)
