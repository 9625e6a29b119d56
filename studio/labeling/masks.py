"""What is marked in images, as masks of 0 and 255 in PNG files, out and in."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np

from models.events import Progress, Task
from studio.errors import UserError
from studio.exporting.folder import new_folder
from studio.exporting.names import folder_names
from studio.exporting.png import encode_png
from studio.imaging.read import read_image
from studio.imaging.unreadable import Unreadable
from studio.project import Project
from studio.project.items import Item, item, items
from studio.project.regions import Region, mask_of, regions, set_regions
from studio.text import tr

_NUMBERED = re.compile(r"(real|synthetic)-(\d+)")
_SUFFIXES = re.compile(r"[_-](mask|gt|ground_truth|label)$", re.IGNORECASE)
"""What the names of masks often end with."""


class MasksResult(msgspec.Struct, frozen=True):
    """What a folder of masks did: images that are marked by it, and its files that fit no image, or several, or one of
    another size, or cannot be read."""

    marked: int
    unmatched: list[str]


def write_masks(project: Project, out: Path) -> Task[int]:
    """Write a mask for each image in which something is marked; returns how many files there are.

    They lie in a folder for each name of a region (those without a name in `out` itself), are as large as the image,
    255 where something is marked, and are called as in an export of images: real-000012.png. `out` appears whole or
    not at all. Yields `Progress`. Raises `UserError` when `out` holds something or nothing is marked.
    """
    rows = project.db.execute("SELECT id FROM item WHERE decision IS NOT 'exclude' AND regions != '[]' ORDER BY id")
    marked = [row[0] for row in rows]
    if not marked:
        raise UserError(tr("Nothing is marked in any image yet."))
    written = 0
    with new_folder(out) as folder:
        for done, item_id in enumerate(marked):
            yield Progress(done, len(marked), tr("Writing masks"))
            written += _write(item(project, item_id), regions(project, [item_id])[item_id], folder)
        yield Progress(len(marked), len(marked), tr("Writing masks"))
    return written


def read_masks(project: Project, folder: Path) -> Task[MasksResult]:
    """Mark images by the masks in a folder and those below it, as one undoable edit.

    A mask is a PNG as large as its image, in which something is marked where it is not 0. It is called as
    `write_masks` does, or like the image's file, also with _mask behind it; the folder that it lies in, unless it is
    `folder` itself, names what is marked, and replaces what was marked by that name. Yields `Progress`.
    """
    files = sorted(folder.rglob("*.png"))
    if not files:
        raise UserError(tr("There is no PNG in “{folder}”.", folder=folder))
    by_id, by_stem = _images(project)
    found: dict[int, tuple[Region, ...]] = {}
    unmatched = []
    for done, file in enumerate(files):
        yield Progress(done, len(files), tr("Reading masks"))
        meant = _meant(file, by_id, by_stem)
        mask = None if meant is None else _mask(file)
        if meant is None or mask is None or mask.shape != (meant.height, meant.width):
            unmatched.append(file.relative_to(folder).as_posix())
            continue
        name = "" if file.parent == folder else file.parent.name
        before = found[meant.id] if meant.id in found else regions(project, [meant.id]).get(meant.id, ())
        region = Region.from_mask(mask, name)
        found[meant.id] = (*(old for old in before if old.name != name), *([region] if region else []))
    set_regions(project, found)
    return MasksResult(len(found), unmatched)


def _write(shown: Item, marked: Iterable[Region], folder: Path) -> int:
    """Write a mask for each name of the regions; returns how many."""
    by_name = defaultdict(list)
    for region in marked:
        by_name[region.name].append(region)
    for name, parts in by_name.items():
        below = folder / folder_names([name])[name] if name else folder
        below.mkdir(exist_ok=True)
        (below / f"{shown.origin}-{shown.id:06}.png").write_bytes(encode_png(mask_of(parts, shown.height, shown.width)))
    return len(by_name)


def _images(project: Project) -> tuple[dict[int, Item], dict[str, list[Item]]]:
    by_id = {each.id: each for each in items(project)}
    by_stem = defaultdict(list)
    for each in by_id.values():
        by_stem[each.path.stem].append(each)
    return by_id, by_stem


def _meant(file: Path, by_id: dict[int, Item], by_stem: dict[str, list[Item]]) -> Item | None:
    numbered = _NUMBERED.fullmatch(file.stem)
    if numbered and int(numbered[2]) in by_id:
        return by_id[int(numbered[2])]
    candidates = by_stem.get(file.stem) or by_stem.get(_SUFFIXES.sub("", file.stem)) or []
    return candidates[0] if len(candidates) == 1 else None


def _mask(file: Path) -> np.ndarray | None:
    """(H, W), not 0 where something is marked; None for a file that is no image."""
    try:
        pixels = read_image(file).color
    except Unreadable:
        return None
    return pixels if pixels.ndim == 2 else pixels.max(2)
