"""The table of contents of a DICOM medium (PS3.10, 8.6): which files it names."""

from collections.abc import Sequence
from pathlib import Path

from studio.errors import UserError
from studio.text import tr

NAME = "DICOMDIR"


def is_contents(path: Path) -> bool:
    """By the name that the standard gives it, or copies of it have."""
    return path.name.upper().startswith(NAME)


def named_files(contents: Path) -> list[Path]:
    """The files that a table of contents names, whether they are there or not; none outside of its folder.

    Raises `UserError` when it cannot be read or names none.
    """
    from pydicom import dcmread

    from studio.imaging.dicom import DAMAGED_HEADER

    try:
        records = dcmread(contents).DirectoryRecordSequence
        places = [_places(record.ReferencedFileID) for record in records if "ReferencedFileID" in record]
    except DAMAGED_HEADER:
        places = []
    files = [contents.parent.joinpath(*place) for place in places if all(map(_is_name, place))]
    if not files:
        raise UserError(tr("“{path}” names no files. Import its folder instead.", path=contents))
    return files


def _places(value: str | Sequence[str]) -> list[str]:
    """Folders and name (PS3.10, 8.2); a value of one part comes as a text."""
    return [value] if isinstance(value, str) else list(value)


def _is_name(part: str) -> bool:
    return part != ".." and Path(part).name == part
