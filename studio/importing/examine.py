"""One look at a file: read once, each of its images decoded once, and everything measured that the project keeps."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from studio.imaging.container import Container
from studio.imaging.image import Image
from studio.imaging.normalize import own_range
from studio.imaging.read import open_container, pixel_hash, read_bytes
from studio.imaging.signatures import begins_like_dicom
from studio.imaging.thumbnails import thumbnail
from studio.imaging.unreadable import Unreadable
from studio.importing.marks import regions_of
from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.importing.parts import Piece, chosen_frames, is_empty, pieces
from studio.importing.pseudonyms import pseudonym
from studio.importing.scores import scores
from studio.importing.source import SourceFile
from studio.project.items import NewItem
from studio.project.part import Box, Part

SKIPPED = ("no_image", "empty", "dicom_directory")
"""Nobody misses these, unless their names say that they are images."""


class Good(msgspec.Struct, frozen=True):
    """An image, and its thumbnail as JPEG.

    named: its folder is no class, for it is named after the patient. unfit: sentences on marks that could not be used.
    left_out: images of its file that do not come in although nobody said so, told by the first that does.
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


def examine(file: SourceFile, key: bytes, options: ImportOptions = WHOLE_IMAGES) -> Iterator[Outcome]:
    """The images of a file, one after the other, and what of it cannot be used; nothing when it is no image and nobody
    expected one.

    key: the project's `pseudonym_key`.
    """
    try:
        str(file.path).encode()
        yield from _Look(file, key, options).outcomes()
    except UnicodeEncodeError:
        yield Refused(file.path, "name")
    except Unreadable as error:
        if error.reason not in SKIPPED or file.expected:
            yield Refused(file.path, error.reason, error.details)
    except PermissionError:
        yield Refused(file.path, "no_permission")
    except FileNotFoundError:
        yield Refused(file.path, "gone")
    except OSError as error:
        yield Refused(file.path, "unusable", {"what": error.strerror or str(error)})


class _Look:
    """An opened file, and what holds for all of its images."""

    def __init__(self, file: SourceFile, key: bytes, options: ImportOptions) -> None:
        """Raises `Unreadable` and `OSError`."""
        content, status = _read(file.path)
        self._file, self._options = file, options
        self._container = open_container(content, options.plane)
        self._sha256 = hashlib.sha256(content).hexdigest()
        self._group = pseudonym(key, "file", self._sha256)
        self._facts = {"bytes": status.st_size, "modified": status.st_mtime}
        self._label, self._fields = file.label, file.fields
        if begins_like_dicom(content):
            self._label, self._fields = _said_by_header(content, file, key)

    def outcomes(self) -> Iterator[Good]:
        """The images that come in. Damaged ones do not keep the others out; at the end they raise `Unreadable`."""
        frames = chosen_frames(self._container, self._options)
        left_out = _left_out(self._container, self._options)
        damaged: list[Unreadable] = []
        is_first = True
        for frame in frames:
            try:
                image = self._container.image(frame)
            except Unreadable as error:
                damaged.append(error)
                continue
            for good in self._images(image, frame):
                yield msgspec.structs.replace(good, left_out=left_out) if is_first else good
                is_first = False
        if damaged:
            raise damaged[0] if is_first else Unreadable("some_damaged", n=len(damaged), total=len(frames))
        if is_first:
            raise Unreadable("all_empty")

    def _images(self, image: Image, frame: int) -> Iterator[Good]:
        if self._container.plane and self._options.skip_empty and is_empty(image, own_range(image)):
            return
        marked, unfit = regions_of(self._file.marks, image.height, image.width)
        for piece in pieces(image, marked, self._options):
            item = self._item(piece, self._part(frame, piece.box))
            item.label = self._label_of(piece, len(marked))
            yield Good(item, thumbnail(piece.image), self._label != self._file.label, tuple(unfit))
            unfit = []

    def _label_of(self, piece: Piece, marked: int) -> str | None:
        """An object is what it is called; a tile without any of the marks of its image may be of another class."""
        if self._options.cut == "objects" and piece.marked:
            return piece.marked[0].name or self._label
        return self._label if piece.marked or not marked else None

    def _part(self, frame: int, box: Box | None) -> Part:
        container = self._container
        is_one_of_several = container.plane is not None or len(container.frames) > 1
        return Part(frame if is_one_of_several else None, container.plane, box)

    def _item(self, piece: Piece, part: Part) -> NewItem:
        image = piece.image
        return NewItem(
            path=self._file.path,
            part=part,
            sha256=self._sha256,
            pixel_sha256=pixel_hash(image.pixels),
            width=image.width,
            height=image.height,
            channels=image.channels,
            depth=image.depth,
            fields=self._taken_by() | self._fields | self._place(part),
            split=self._file.split,
            regions=piece.marked,
            scores=scores(image) | self._facts,
        )

    def _taken_by(self) -> dict[str, str]:
        camera = self._container.camera
        return {"camera": camera} if camera else {}

    def _place(self, part: Part) -> dict[str, str]:
        """Fields that keep the images of a file together and in order."""
        fields = {}
        if part.frame is not None:
            fields = {"file": self._group, "frame": str(part.frame + 1)}
        if part.plane is not None:
            fields["plane"] = part.plane
        if part.box is not None:
            fields["tile_of"] = self._group
        return fields


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    """The content of a file and its state, which must be the same before and after. Raises as `read_image`."""
    before = path.stat()
    content = read_bytes(path)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Unreadable("changing")
    return content, after


def _left_out(container: Container, options: ImportOptions) -> int:
    """Images that do not come in although nobody said so: of animations, and of volumes that repeat over time."""
    is_cut_short = options.frames == "auto" and container.is_animation
    return len(container.frames) - 1 if is_cut_short else container.volumes - 1


def _said_by_header(content: bytes, file: SourceFile, key: bytes) -> tuple[str | None, dict[str, str]]:
    """Class and fields of a DICOM file; its folder is no class where it names the patient."""
    from studio.imaging.dicom import read_header
    from studio.importing.dicom_header import fields_of, names_patient

    header = read_header(content)
    label = None if file.label and names_patient(header, file.label) else file.label
    return label, fields_of(header, key) | file.fields
