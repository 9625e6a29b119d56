"""Which files lie in the sources of an import."""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from models.events import Progress, Task
from studio.errors import UserError
from studio.imaging.signatures import HEAD, begins_like_dicom
from studio.importing.masks import FOLDERS, masks_beside
from studio.importing.medium import is_contents, named_files
from studio.project.store import SUFFIX
from studio.text import tr

IMAGE_SUFFIXES = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".dib", ".webp", ".gif"),
        *(".heic", ".heif", ".dcm", ".dicom", ".nii"),
    )
)
PACKED_VOLUME = ".nii.gz"
LISTED = 500
"""Files that are found between two chances to cancel."""


class Listing:
    """The files of an import, each once and in natural order. `folders`: those below each folder that was given.

    single: files that were given themselves. walked: all folders below each that was given, with itself. closed: those
    that may not be listed; they are among the files, for opening them says why. names: what folders are called that
    have another name for the user, those of unpacked archives.
    """

    def __init__(
        self,
        folders: dict[Path, list[Path]],
        single: Iterable[Path] = (),
        walked: dict[Path, list[Path]] | None = None,
        closed: Iterable[Path] = (),
    ) -> None:
        self.folders = folders
        self.single = list(dict.fromkeys(single))
        self.closed = frozenset(closed)
        self.names: dict[Path, str] = {}
        self._walked = walked or {}

    def part(self, folders: Iterable[Path], single: Iterable[Path] = ()) -> "Listing":
        """Only what lies in some of the folders, and some of the files."""
        chosen = list(folders)
        files = {folder: self.folders[folder] for folder in chosen}
        part = Listing(files, single, {folder: self._walked[folder] for folder in chosen}, self.closed)
        part.names = self.names
        return part

    @cached_property
    def places(self) -> frozenset[Path]:
        """All folders that were walked through."""
        return frozenset(place for places in self._walked.values() for place in places)

    @cached_property
    def files(self) -> list[Path]:
        return list(dict.fromkeys([*self.single, *(path for files in self.folders.values() for path in files)]))

    @cached_property
    def images(self) -> frozenset[Path]:
        """Those that look like images; masks that lie beside them are none."""
        return self._pictures.difference(self._about)

    @cached_property
    def masks(self) -> dict[Path, list[Path]]:
        """The masks that lie beside images, by image."""
        found: dict[Path, list[Path]] = {}
        for mask, image in self._about.items():
            found.setdefault(image, []).append(mask)
        return found

    def name_of(self, folder: Path) -> str:
        return self.names.get(folder, folder.name)

    def is_mask(self, path: Path) -> bool:
        return path in self._about

    @cached_property
    def _pictures(self) -> frozenset[Path]:
        return frozenset(filter(looks_like_image, self.files))

    @cached_property
    def _about(self) -> dict[Path, Path]:
        if FOLDERS.isdisjoint(place.name.casefold() for place in self.places):
            return {}
        return masks_beside(path for path in self.files if path in self._pictures)

    @cached_property
    def by_name(self) -> dict[str, list[Path]]:
        """The images by their names without folders."""
        found: dict[str, list[Path]] = {}
        for path in self.files:
            if path in self.images:
                found.setdefault(path.name, []).append(path)
        return found

    def with_suffix(self, *suffixes: str) -> list[Path]:
        return [path for suffix in suffixes for path in self._by_suffix.get(suffix, ())]

    @cached_property
    def _by_suffix(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in self.files:
            found.setdefault(path.suffix.lower(), []).append(path)
        return found


def gather(sources: Iterable[Path]) -> Task[Listing]:
    """List folders and files. Raises `UserError`."""
    single: list[Path] = []
    folders: dict[Path, list[Path]] = {}
    walked: dict[Path, list[Path]] = {}
    closed: list[Path] = []
    yield Progress(0, 0, tr("Looking for images"))
    for source in (Path(os.path.abspath(source)) for source in sources):  # noqa: PTH100 - resolve() follows links
        if source.is_dir():
            folders[source] = []
            walk = _Walk(walked.setdefault(source, []), closed)
            for number, path in enumerate(walk.files_below(source)):
                folders[source].append(path)
                if number % LISTED == LISTED - 1:
                    yield Progress(0, 0, tr("Looking for images"))
        elif is_contents(source) and source.is_file():
            single += named_files(source)
        elif source.is_file() or source.is_symlink():
            single.append(source)
        elif source.exists():
            raise UserError(tr("“{path}” is neither a file nor a folder. Choose another one.", path=source))
        else:
            raise UserError(tr("“{path}” is not there. Check the name.", path=source))
    return Listing(folders, single, walked, closed)


class _Walk:
    """Through a folder; those that it went through, and those that it could not list, are added to the lists."""

    def __init__(self, places: list[Path], closed: list[Path]) -> None:
        self.places = places
        self.closed = closed

    def files_below(self, folder: Path) -> Iterator[Path]:
        """All files of a folder and its subfolders, hidden ones and other projects left out.

        A subfolder that may not be listed is given itself. Links are followed, but never in circles.
        """
        yield from self._walk(folder, {_identity(folder)})

    def _walk(self, folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: natural_key(entry.name))
        except OSError:
            self.closed.append(folder)
            yield folder
            return
        self.places.append(folder)
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = Path(entry.path)
            if entry.is_symlink() and not path.exists():  # broken, or a circle: worth a word
                yield path
            elif entry.is_dir():
                if path.suffix != SUFFIX and (identity := _identity(path)) not in seen:
                    seen.add(identity)
                    yield from self._walk(path, seen)
            elif entry.is_file():  # neither devices nor pipes
                yield path


def natural_key(name: str) -> list[tuple[bool, int, str]]:
    """Sorts image 2 before image 10, and numbers before words."""
    parts = (part for part in re.split(r"(\d+)", name) if part)
    return [(False, int(part), "") if part.isdecimal() else (True, 0, part.casefold()) for part in parts]


def looks_like_image(path: Path) -> bool:
    """By its suffix; the names of DICOM files are often numbers, with or without dots, or have none."""
    suffix = path.suffix.lower()
    if is_contents(path):
        return False
    is_known = suffix in IMAGE_SUFFIXES or path.name.lower().endswith(PACKED_VOLUME)
    return is_known or ((not suffix or suffix[1:].isdecimal()) and is_dicom(path))


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def is_dicom(path: Path) -> bool:
    """By its content; nothing that cannot be read is."""
    try:
        with path.open("rb") as file:
            return begins_like_dicom(file.read(HEAD))
    except OSError:
        return False
