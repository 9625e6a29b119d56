"""The files in an archive, zip or tar."""

import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from studio.errors import UserError
from studio.tables import decoded
from studio.text import tr

UNICODE_NAME, ENCRYPTED = 0x800, 0x1  # flags of members of zip (APPNOTE.TXT, 4.4.4)
LONGEST_LINK = 4096
PADDING = 1 << 20
"""Bytes; more than any program fills up the end of a tar with."""


class Member(NamedTuple):
    """A file in an archive: its name there, its size in bytes, its content, and what it is a link to."""

    name: str
    size: int
    content: IO[bytes] | None
    link: str | None = None


def members(file: IO[bytes], archive: Path) -> Iterator[Member]:
    """What an opened archive holds, one after the other, each to be read before the next. Raises `UserError`."""
    return _of_zip(file, archive) if archive.suffix.lower() == ".zip" else _of_tar(file)


def _of_zip(file: IO[bytes], archive: Path) -> Iterator[Member]:
    with zipfile.ZipFile(file) as opened:
        for info in (info for info in opened.infolist() if info.filename and not info.is_dir()):
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
        if opened.fileobj is not None:
            opened.fileobj.read(PADDING)  # only at the end of the stream its checksum is looked at


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
