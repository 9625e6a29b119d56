"""Archives are unpacked once, into a folder of the project that is named after their content.

Nothing in them is trusted: whatever would lie outside of that folder, devices, and more data than an honest archive
holds are refused; of links only those to other files of the archive are followed, by copying.
"""

import hashlib
import re
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from models.events import Progress, Task
from studio.errors import UserError
from studio.project import Project
from studio.tables import decoded
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
UNICODE_NAME, ENCRYPTED = 0x800, 0x1  # flags of members of zip (APPNOTE.TXT, 4.4.4)
LONGEST_LINK = 4096
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
)
"""What damaged archives raise, or those whose members stand in each other's way."""


class Member(NamedTuple):
    """A file in an archive: its name there, its size in bytes, its content, and what it is a link to."""

    name: str
    size: int
    content: IO[bytes] | None
    link: str | None = None


def is_archive(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES) and path.is_file()


def unpack(project: Project, archive: Path) -> Task[Path]:
    """The folder with what an archive holds, which is made where there is none yet. Raises `UserError`.

    The folder appears when all of it is there; closing the task before leaves nothing behind.
    """
    digest = yield from _hashed(archive)
    folder = project.folder / FOLDER / digest[:DIGITS]
    if folder.is_dir():
        return folder
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield from _fill(partial, archive)
        partial.rename(folder)
    except DAMAGE as error:
        raise UserError(tr("“{name}” is damaged, or no archive: {reason}.", name=archive.name, reason=error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def discard_unused(project: Project) -> None:
    """Remove what was unpacked from archives of which no image came in."""
    for folder in (project.folder / FOLDER).glob("*"):
        inside = f"{project.store_path(folder)}/"
        query = "SELECT 1 FROM item WHERE substr(path, 1, ?) = ? LIMIT 1"
        if project.db.execute(query, (len(inside), inside)).fetchone() is None:
            shutil.rmtree(folder, ignore_errors=True)


def _hashed(archive: Path) -> Task[str]:
    digest = hashlib.sha256()
    size = archive.stat().st_size
    with archive.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            yield Progress(file.tell(), size, tr("Reading archives"))
    return digest.hexdigest()


def _fill(folder: Path, archive: Path) -> Task[None]:
    """Unpack into an empty folder."""
    size = archive.stat().st_size
    links: list[tuple[Path, Path]] = []
    unpacked = 0
    with archive.open("rb") as file:
        for number, member in enumerate(_members(file, archive), 1):
            unpacked += member.size
            _check(archive, number, unpacked, size)
            place = _place(folder, member.name, archive)
            if member.link is not None:
                links.append((place, _place(folder, member.link, archive)))
            elif member.content is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                with member.content as content, place.open("wb") as out:
                    while chunk := content.read(CHUNK):
                        out.write(chunk)
                        yield Progress(file.tell(), size, tr("Unpacking archives"))
    for number, (place, target) in enumerate(links):
        yield Progress(number, len(links), tr("Unpacking archives"))
        if target.is_file():
            unpacked += target.stat().st_size
            _check(archive, number, unpacked, size)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(target, place)


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


def _members(file: IO[bytes], archive: Path) -> Iterator[Member]:
    return _of_zip(file, archive) if archive.suffix.lower() == ".zip" else _of_tar(file)


def _of_zip(file: IO[bytes], archive: Path) -> Iterator[Member]:
    with zipfile.ZipFile(file) as opened:
        files = [info for info in opened.infolist() if not info.is_dir()]
        _check(archive, len(files), sum(info.file_size for info in files), archive.stat().st_size)
        for info in files:
            if info.flag_bits & ENCRYPTED:
                raise UserError(
                    tr("“{name}” is locked with a password. Unpack it and import its folder.", name=archive.name)
                )
            if stat.S_ISLNK(info.external_attr >> 16):
                with opened.open(info) as content:
                    target = decoded(content.read(LONGEST_LINK))
                yield Member(_zip_name(info), 0, None, link=_beside(_zip_name(info), target))
            else:
                yield Member(_zip_name(info), info.file_size, opened.open(info))


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Programs that do not write Unicode write the encoding of their system; zipfile takes it for that of DOS."""
    if info.flag_bits & UNICODE_NAME or info.filename.isascii():
        return info.filename
    try:
        return decoded(info.filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.filename


def _of_tar(file: IO[bytes]) -> Iterator[Member]:
    with tarfile.open(fileobj=file, mode="r:*") as opened:
        while (info := opened.next()) is not None:
            if info.issym():
                yield Member(info.name, 0, None, link=_beside(info.name, info.linkname))
            elif info.islnk():
                yield Member(info.name, 0, None, link=info.linkname)
            elif info.isfile():
                yield Member(info.name, info.size, opened.extractfile(info))
            elif not info.isdir():
                raise tarfile.SpecialFileError(info)
            opened.members.clear()  # type: ignore[attr-defined] # a million of them would fill the memory


def _beside(name: str, target: str) -> str:
    """Where a symbolic link leads, from the top of the archive on; as it is, if that is outside."""
    if target.startswith("/"):
        return target
    parts: list[str] = []
    for part in [*PurePosixPath(name).parent.parts, *PurePosixPath(target.replace("\\", "/")).parts]:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
