"""Defect detection as MVTec AD lays it out (Bergmann et al. 2019): train/good, test/KIND, ground_truth/KIND."""

from collections.abc import Collection, Iterator
from pathlib import Path

from studio.importing.gather import Listing
from studio.importing.layouts.layout import SPLITS, Layout, below, unmentioned
from studio.importing.marks import MaskMark
from studio.importing.source import Problem, SourceFile
from studio.text import tr

GOOD = "good"
TRUTH = "ground_truth"


def recognize(listing: Listing) -> bool:
    return bool(_bases(listing))


def read(listing: Listing) -> Iterator[SourceFile | Problem]:
    """Kinds of defect are classes; what is painted in the ground truth becomes the regions of the image it is about.

    Where there are several objects, each in a folder of its own, the field `part` names them.
    """
    bases = _bases(listing)
    masks: dict[tuple[Path, str, str], list[Path]] = {}
    images: list[tuple[Path, Path, str, str]] = []
    for path in (path for path in listing.files if path in listing.images):
        base = below(path, bases)
        match path.relative_to(base).parts if base else ():
            case (folder, kind, *rest, name) if base and folder == TRUTH:  # LOCO has a folder of masks for each image
                masks.setdefault((base, kind, rest[0] if rest else _about(name)), []).append(path)
            case (folder, kind, *_, _) if base and folder.casefold() in SPLITS:
                images.append((path, base, SPLITS[folder.casefold()], kind))
    known = {path for path, *_ in images}
    painted = {base for base, _, _ in masks}
    for path, base, split, kind in images:
        about = masks.pop((base, kind, path.stem), []) if split == "test" else []
        if split == "test" and kind != GOOD and base in painted and not about:
            yield Problem(str(path), tr("There is no mask that shows the defect."))
        fields = {"part": base.name} if len(bases) > 1 else {}
        yield SourceFile(path, kind, fields, split=split, marks=tuple(MaskMark(mask, kind) for mask in about))
    for mask in (mask for left in masks.values() for mask in left):
        yield Problem(str(mask), tr("There is no image that this mask is about."))
        known.add(mask)
    yield from (file for file in unmentioned(listing, known) if below(file.path, bases) is None)


def _bases(listing: Listing) -> set[Path]:
    """Folders with train/good and test or the ground truth."""
    folders = listing.places
    bases = {folder.parent.parent for folder in folders if folder.name == GOOD and folder.parent.name == "train"}
    return {base for base in bases if base / TRUTH in folders or _has_kinds(base, folders)}


def _has_kinds(base: Path, folders: Collection[Path]) -> bool:
    """Good ones only to learn from, and others to judge by: else these are folders of classes."""
    train, test = ({each.name for each in folders if each.parent == base / side} for side in ("train", "test"))
    return train == {GOOD} and bool(test - train)


def _about(mask: str) -> str:
    stem = Path(mask).stem
    return stem.removesuffix("_mask")


LAYOUT = Layout(
    name="mvtec",
    title="MVTec AD",
    summary="train/good, test/KIND of defect, and ground_truth/KIND with masks.",
    recognize=recognize,
    read=read,
)
