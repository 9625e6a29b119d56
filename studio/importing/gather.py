"""Which files an import looks at, and the class that each one's folder gives it."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from studio.errors import UserError
from studio.imaging.signatures import HEAD, begins_like_dicom
from studio.importing.source import SourceFile
from studio.project.store import SUFFIX
from studio.text import tr

LAYOUTS = ("auto", "folders", "flat")
"""Where classes come from: subfolders if they look like classes, subfolders in any case, nowhere."""
IMAGE_SUFFIXES = frozenset(
    [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".dib", ".webp", ".gif", ".dcm", ".dicom"]
)
MEDIUM = "DICOMDIR"
"""The table of contents of a DICOM medium (PS3.10, 8.6), whose folders are patients and studies, not classes."""
SPLIT_NAMES = frozenset(["train", "training", "test", "testing", "val", "valid", "validation"])
"""Folders that hold the folders of the classes."""


def gather(sources: Sequence[Path], layout: str = "auto") -> list[SourceFile]:
    """The files of folders, and files, each once and in natural order. Raises `UserError`."""
    if layout not in LAYOUTS:
        raise UserError(
            tr("There is no layout “{layout}”. There are: {known}.", layout=layout, known=", ".join(LAYOUTS))
        )
    found: dict[Path, SourceFile] = {}
    folders: dict[Path, list[Path]] = {}
    for source in (Path(os.path.abspath(source)) for source in sources):  # noqa: PTH100 - resolve() follows links
        if source.is_dir():
            folders[source] = list(files_below(source))
        elif source.is_file() or source.is_symlink():
            found[source] = SourceFile(source)
        elif source.exists():
            raise UserError(tr("“{path}” is neither a file nor a folder. Choose another one.", path=source))
        else:
            raise UserError(tr("“{path}” is not there. Check the name.", path=source))
    images = {path for files in folders.values() for path in files if _looks_like_image(path)}
    labels = _labels(folders, images, layout)
    for path in (path for files in folders.values() for path in files):
        found.setdefault(path, SourceFile(path, labels.get(path), expected=path in images or path.is_dir()))
    return list(found.values())


def files_below(folder: Path) -> Iterator[Path]:
    """All files of a folder and its subfolders, hidden ones and other projects left out.

    A subfolder that may not be listed is given itself: opening it says why. Links are followed, but never in circles.
    """
    yield from _walk(folder, {_identity(folder)})


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: natural_key(entry.name))
    except OSError:
        yield folder
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() and not path.exists():  # broken, or a circle: worth a word
            yield path
        elif entry.is_dir():
            if path.suffix != SUFFIX and (identity := _identity(path)) not in seen:
                seen.add(identity)
                yield from _walk(path, seen)
        elif entry.is_file():  # neither devices nor pipes
            yield path


def natural_key(name: str) -> list[tuple[bool, int, str]]:
    """Sorts image 2 before image 10, and numbers before words."""
    parts = (part for part in re.split(r"(\d+)", name) if part)
    return [(False, int(part), "") if part.isdecimal() else (True, 0, part.casefold()) for part in parts]


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _looks_like_image(path: Path) -> bool:
    """By its suffix; the names of DICOM files are often numbers, with or without dots, or have none."""
    suffix = path.suffix.lower()
    if path.name.startswith(MEDIUM):
        return False
    return suffix in IMAGE_SUFFIXES or ((not suffix or suffix[1:].isdecimal()) and _is_dicom(path))


def _is_dicom(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return begins_like_dicom(file.read(HEAD))
    except OSError:
        return False


def _labels(folders: dict[Path, list[Path]], images: set[Path], layout: str) -> dict[Path, str]:
    """Classes by folder: the subfolders of each, or, where several folders were given that have none, these."""
    if layout == "flat" or (layout == "auto" and _is_medium(folders)):
        return {}
    labels = {path: label for root, files in folders.items() for path in files if (label := _subfolder(root, path))}
    if layout == "folders" or _are_classes(labels, images):
        return labels
    labels = {path: root.name for root, files in folders.items() for path in files}
    return labels if len(folders) > 1 and _are_classes(labels, images) else {}


def _is_medium(folders: dict[Path, list[Path]]) -> bool:
    return any(path.name == MEDIUM for files in folders.values() for path in files)


def _are_classes(labels: dict[Path, str], images: set[Path]) -> bool:
    """Every image has one, and they differ."""
    found = {labels.get(path) for path in images}
    return None not in found and len(found) > 1


def _subfolder(root: Path, path: Path) -> str | None:
    parts = path.relative_to(root).parts
    if len(parts) > 2 and parts[0].lower() in SPLIT_NAMES:
        parts = parts[1:]
    return parts[0] if len(parts) > 1 else None
