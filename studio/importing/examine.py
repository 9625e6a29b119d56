"""One look at a file: read once, decoded once, and everything measured that the project keeps of it."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from studio.imaging.read import decode, pixel_hash, read_bytes
from studio.imaging.signatures import begins_like_dicom
from studio.imaging.thumbnails import thumbnail
from studio.imaging.unreadable import Unreadable
from studio.importing.marks import regions_of
from studio.importing.scores import scores
from studio.importing.source import SourceFile
from studio.project.items import NewItem

SKIPPED = ("no_image", "empty", "dicom_directory")
"""Nobody misses these, unless their names say that they are images."""


class Good(msgspec.Struct, frozen=True):
    """An image, and its thumbnail as JPEG.

    named: its folder is no class, for it is named after the patient. unfit: sentences on marks that could not be used.
    """

    item: NewItem
    jpeg: bytes
    named: bool = False
    unfit: tuple[str, ...] = ()
    left_out: int = 0


class Refused(msgspec.Struct, frozen=True):
    """A file that cannot be used; `reason` and `details` as `studio.imaging.unreadable.sentence` takes them."""

    path: Path
    reason: str
    details: dict[str, Any] = {}


Outcome = Good | Refused


def examine(file: SourceFile, key: bytes) -> list[Outcome]:
    """The images of a file, and what of it cannot be used; nothing when it is no image and nobody expected one.

    key: the project's `pseudonym_key`.
    """
    try:
        str(file.path).encode()
        return _examine(file, key)
    except UnicodeEncodeError:
        return [Refused(file.path, "name")]
    except Unreadable as error:
        if error.reason in SKIPPED and not file.expected:
            return []
        return [Refused(file.path, error.reason, error.details)]
    except PermissionError:
        return [Refused(file.path, "no_permission")]
    except FileNotFoundError:
        return [Refused(file.path, "gone")]
    except OSError as error:
        return [Refused(file.path, "unusable", {"what": error.strerror or str(error)})]


def _examine(file: SourceFile, key: bytes) -> list[Outcome]:
    content = read_bytes(file.path)
    status = file.path.stat()
    image = decode(content)
    label, fields = _said_by_header(content, file, key) if begins_like_dicom(content) else (file.label, file.fields)
    marked, unfit = regions_of(file.marks, image.height, image.width)
    item = NewItem(
        path=file.path,
        sha256=hashlib.sha256(content).hexdigest(),
        pixel_sha256=pixel_hash(image.pixels),
        width=image.width,
        height=image.height,
        channels=image.channels,
        depth=image.depth,
        label=label,
        fields=fields,
        split=file.split,
        regions=marked,
        scores=scores(image) | {"bytes": status.st_size, "modified": status.st_mtime},
    )
    good = Good(item, thumbnail(image), named=label != file.label, unfit=tuple(unfit))
    return [good]


def _said_by_header(content: bytes, file: SourceFile, key: bytes) -> tuple[str | None, dict[str, str]]:
    """Class and fields of a DICOM file; its folder is no class where it names the patient."""
    from studio.imaging.dicom import read_header
    from studio.importing.dicom_header import fields_of, names_patient

    header = read_header(content)
    label = None if file.label and names_patient(header, file.label) else file.label
    return label, fields_of(header, key) | file.fields
