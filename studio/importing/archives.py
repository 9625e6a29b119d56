"""Archives are unpacked once, into a folder of the project that is named after their content.

Those with DICOM files go into a folder beside the project instead: headers name patients, who must not enter it.
Nothing in archives is trusted: whatever would lie outside of that folder, devices, and more data than an honest archive
holds are refused; of links only those to other files of the archive are followed, by copying.
"""

import errno
import hashlib
import re
import shutil
import tarfile
import zipfile
import zlib
from lzma import LZMAError
from pathlib import Path, PurePosixPath

from models.events import Notice, Progress, Task
from studio.errors import UserError
from studio.imaging.signatures import HEAD, begins_like_dicom
from studio.importing.members import members
from studio.project import Project
from studio.text import tr

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
FOLDER = "unpacked"
MOST_BYTES = 200 << 30
MOST_FILES = 1_000_000
MOST_RATIO = 200
"""Unpacked bytes for each packed one: images hardly shrink, and masks by less than this."""
HARMLESS_BYTES = 256 << 20
"""What unpacks to less than this may have any ratio."""
CHUNK = 1 << 20
DIGITS = 16
LONGEST_NAME = 200
"""Bytes; file systems allow 255."""
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    LZMAError,
    EOFError,
    NotImplementedError,
    ValueError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    IndexError,
)
"""What damaged archives raise, or those whose members stand in each other's way."""
NO_FAULT_OF_DISK = (None, errno.EINVAL)
"""Error numbers of what gzip and bz2 raise, and of places before the beginning of a file."""


def is_archive(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES) and path.is_file()


def unpack(project: Project, archive: Path) -> Task[Path]:
    """The folder with what an archive holds, which is made where there is none yet. Raises `UserError`.

    The folder appears when all of it is there; closing the task before leaves nothing behind.
    """
    digest = (yield from _hashed(archive))[:DIGITS]
    inside, beside = (place / digest for place in unpacked_places(project))
    if not inside.is_dir() and not beside.is_dir():
        yield from _unpack(archive, inside, beside)
    if beside.is_dir():
        text = tr("“{name}” holds DICOM files, which name patients: it is unpacked beside the project, in “{folder}”.")
        yield Notice(text.format(name=archive.name, folder=beside.parent))
        return beside
    return inside


def unpacked_places(project: Project) -> tuple[Path, Path]:
    """The folders of unpacked archives: that in the project, and that beside it for those with DICOM files."""
    return project.folder / FOLDER, project.folder.with_name(f"{project.name}.{FOLDER}")


def discard_unused(project: Project) -> None:
    """Remove what was unpacked from archives of which no image came in, and what a killed process left."""
    for place in unpacked_places(project):
        for folder in place.glob("*"):
            inside = f"{project.store_path(folder)}/"
            query = "SELECT 1 FROM item WHERE substr(path, 1, ?) = ? LIMIT 1"
            if project.db.execute(query, (len(inside), inside)).fetchone() is None:
                shutil.rmtree(folder, ignore_errors=True)
        _remove_if_empty(place)


def _unpack(archive: Path, inside: Path, beside: Path) -> Task[None]:
    partial = beside.with_name(f".{beside.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        names_patients = yield from _fill(partial, archive)
        target = beside if names_patients else inside
        target.parent.mkdir(exist_ok=True)
        partial.rename(target)
    except (*DAMAGE, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, DAMAGE) and error.errno not in NO_FAULT_OF_DISK:
            raise
        raise UserError(tr("“{name}” is damaged, or no archive: {reason}.", name=archive.name, reason=error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        _remove_if_empty(beside.parent)


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _hashed(archive: Path) -> Task[str]:
    digest = hashlib.sha256()
    size = archive.stat().st_size
    with archive.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            yield Progress(file.tell(), size, tr("Reading archives"))
    return digest.hexdigest()


def _fill(folder: Path, archive: Path) -> Task[bool]:
    """Unpack into an empty folder; returns whether there are DICOM files in it."""
    size = archive.stat().st_size
    links: list[tuple[Path, Path]] = []
    unpacked = 0
    holds_dicom = False
    with archive.open("rb") as file:
        for number, member in enumerate(members(file, archive), 1):
            unpacked += member.size
            _check(archive, number, unpacked, size)
            place = _place(folder, member.name, archive)
            if member.link is not None:
                links.append((place, _place(folder, member.link, archive)))
            elif member.content is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                with member.content as content, place.open("wb") as out:
                    chunk = content.read(CHUNK)
                    holds_dicom |= begins_like_dicom(chunk[:HEAD])
                    while chunk:
                        out.write(chunk)
                        yield Progress(file.tell(), size, tr("Unpacking archives"))
                        chunk = content.read(CHUNK)
    for number, (place, target) in enumerate(links):
        yield Progress(number, len(links), tr("Unpacking archives"))
        if target.is_file():
            unpacked += target.stat().st_size
            _check(archive, number, unpacked, size)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(target, place)
    return holds_dicom


def _check(archive: Path, files: int, unpacked: int, packed: int) -> None:
    """Raises `UserError` for more than an honest archive holds."""
    if files > MOST_FILES:
        raise UserError(
            tr(
                "“{name}” holds more than {n:,} files. Unpack it and import its folder.",
                name=archive.name,
                n=MOST_FILES,
            )
        )
    if unpacked > MOST_BYTES or unpacked > max(HARMLESS_BYTES, MOST_RATIO * packed):
        raise UserError(
            tr(
                "“{name}” would unpack to far more than its own size and was left alone. If you trust it, "
                "unpack it and import its folder.",
                name=archive.name,
            )
        )


def _place(folder: Path, name: str, archive: Path) -> Path:
    """Where a member goes, always inside of `folder`. Raises `UserError`."""
    name = name.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts or "\0" in name or not parts:
        shown = name.encode("utf-8", "replace").decode()
        raise UserError(
            tr(
                "“{name}” holds a file that would lie outside of its folder ({member}). It was left alone.",
                name=archive.name,
                member=shown,
            )
        )
    return folder.joinpath(*map(_short, parts))


def _short(name: str) -> str:
    """A name that every file system can hold: those of 250 letters outside of ASCII are too long for many."""
    content = name.encode("utf-8", "replace")
    if len(content) <= LONGEST_NAME:
        return content.decode()
    suffix = PurePosixPath(name).suffix[:12]
    digest = hashlib.sha256(content).hexdigest()[:DIGITS]
    return f"{content[: LONGEST_NAME - 60].decode(errors='ignore')}-{digest}{suffix}"
