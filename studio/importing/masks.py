"""Masks beside images: a folder of masks, each called like the image that it is about."""

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np

from studio.imaging.read import read_image
from studio.imaging.unreadable import Unreadable

FOLDERS = frozenset(["mask", "masks"])
_ENDING = re.compile(r"[_-]masks?$", re.IGNORECASE)
LOOKS = 3
MOST_VALUES = 32
"""A mask has a value for each class; photos of people with masks have more."""


def masks_beside(images: Iterable[Path]) -> dict[Path, Path]:
    """The images that masks are about, by mask; nothing where the first of them do not look like masks."""
    masks: list[Path] = []
    by_stem: dict[str, list[Path]] = {}
    for path in images:
        if FOLDERS.isdisjoint(map(str.casefold, path.parts[:-1])):
            by_stem.setdefault(path.stem, []).append(path)
        else:
            masks.append(path)
    about = {mask: image for mask in masks if (image := _image(mask, by_stem)) is not None}
    return about if all(map(_looks_like_mask, islice(about, LOOKS))) else {}


def _image(mask: Path, by_stem: dict[str, list[Path]]) -> Path | None:
    """Of several of that name the one whose folders are called like those of the mask."""
    fitting = by_stem.get(mask.stem) or by_stem.get(_ENDING.sub("", mask.stem)) or []
    if len(fitting) > 1:
        likeness = [len(set(mask.parts) & set(image.parts)) for image in fitting]
        fitting = [image for image, alike in zip(fitting, likeness, strict=True) if alike == max(likeness)]
    return fitting[0] if len(fitting) == 1 else None


def _looks_like_mask(path: Path) -> bool:
    try:
        return len(np.unique(read_image(path).sparse)) <= MOST_VALUES
    except (Unreadable, OSError):
        return False
