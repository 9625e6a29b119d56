"""One look at a file: read once, each of its images decoded once, and everything measured that the project keeps."""

import hashlib
import os
from collections.abc import Generator, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from studio.imaging.container import Container
from studio.imaging.image import Image, Large
from studio.imaging.normalize import own_range
from studio.imaging.read import is_lazy, open_container, open_lazily, pixel_hash, read_bytes
from studio.imaging.signatures import begins_like_dicom
from studio.imaging.small_picture import small_picture
from studio.imaging.thumbnails import encoded, reduced
from studio.imaging.unreadable import Unreadable
from studio.importing.annotations import said_of
from studio.importing.marks import regions_of
from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.importing.parts import Piece, chosen_frames, is_empty, pieces
from studio.importing.pseudonyms import pseudonym
from studio.importing.scores import scores
from studio.importing.source import SourceFile
from studio.project.items import NewItem
from studio.project.part import Box, Part

CHUNK = 8 << 20
SKIPPED = ("no_image", "empty", "dicom_directory")
"""Nobody misses these, unless their names say that they are images."""


class Good(msgspec.Struct, frozen=True):
    """An image, its thumbnail as JPEG, and its small picture.

    named: its folder is no class, for it is named after the patient. unfit: sentences on marks that could not be used.
    left_out: images of its file that do not come in although nobody said so, images: those that may; both are told by
    the first that does.
    """

    item: NewItem
    jpeg: bytes
    small: np.ndarray
    named: bool = False
    unfit: tuple[str, ...] = ()
    left_out: int = 0
    images: int = 0


class Refused(msgspec.Struct, frozen=True):
    """A file that cannot be used; `reason` and `details` as `studio.imaging.unreadable.sentence` takes them."""

    path: Path
    reason: str
    details: dict[str, Any] = {}


Outcome = Good | Refused


def examine(file: SourceFile, key: bytes, options: ImportOptions = WHOLE_IMAGES) -> Iterator[Outcome | None]:
    """The images of a file, one after the other, and what of it cannot be used; nothing when it is no image and nobody
    expected one. None comes for what is left out, and while a large file is read, as a chance to stop.

    key: the project's `pseudonym_key`.
    """
    try:
        str(file.path).encode()
        opened = yield from _open(file.path, options)
        yield from _Look(opened, file, key, options).outcomes()
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


class _Opened(NamedTuple):
    """A file's images and SHA-256, its state, and its content where it is DICOM, else nothing."""

    container: Container
    sha256: str
    status: os.stat_result
    header: bytes = b""


class _Look:
    """An opened file, and what holds for all of its images."""

    def __init__(self, opened: _Opened, file: SourceFile, key: bytes, options: ImportOptions) -> None:
        self._container, self._sha256, status, header = opened
        self._file, self._options = file, options
        self._key = key
        self._facts = {"bytes": status.st_size, "modified": status.st_mtime}
        self._said = said_of(file, key)
        self._label, self._fields = file.label, file.fields
        if header:
            self._label, self._fields = _said_by_header(header, file, key)

    def outcomes(self) -> Iterator[Good | None]:
        """The images that come in. Damaged ones do not keep the others out; at the end they raise `Unreadable`."""
        frames = chosen_frames(self._container, self._options)
        left_out = _left_out(self._container, self._options)
        refused: list[Unreadable] = []
        is_first = True
        for frame in frames:
            try:
                image = self._container.large(frame) or self._container.image(frame)
                for good in self._images(image, frame):
                    if good and is_first:
                        good = msgspec.structs.replace(good, left_out=left_out, images=len(frames))
                    yield good
                    is_first = is_first and good is None
            except Unreadable as error:
                refused.append(error)
        if refused:
            raise refused[0] if is_first else _some(refused, len(frames))
        if is_first:
            raise Unreadable("all_empty")

    def _images(self, image: Image | Large, frame: int) -> Iterator[Good | None]:
        if self._container.plane and self._options.skip_empty and is_empty(image, own_range(image)):
            yield None
            return
        marked, unfit = regions_of(self._file.marks, image.height, image.width)
        for piece in pieces(image, marked, self._options):
            if piece is None:
                yield None
                continue
            item = self._item(piece, self._part(frame, piece.box))
            item.label = self._label_of(piece, len(marked))
            shown = reduced(piece.image)
            yield Good(item, encoded(shown), small_picture(shown), self._label != self._file.label, tuple(unfit))
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
            said=self._said,
            scores=scores(image) | self._facts,
        )

    @cached_property
    def _group(self) -> str:
        return pseudonym(self._key, "file", self._sha256)

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


def _open(path: Path, options: ImportOptions) -> Generator[None, None, _Opened]:
    """A file whose state was the same before and after it was read. Raises as `read_image`."""
    before = path.stat()
    content = None if is_lazy(path) else read_bytes(path)
    digest = (yield from _hashed(path)) if content is None else hashlib.sha256(content).hexdigest()
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Unreadable("changing")
    if content is None:
        return _Opened(open_lazily(path), digest, after)
    container = open_container(content, options.plane)
    return _Opened(container, digest, after, content if begins_like_dicom(content) else b"")


def _hashed(path: Path) -> Generator[None, None, str]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            yield None
    return digest.hexdigest()


def _some(refused: Sequence[Unreadable], images: int) -> Unreadable:
    """Why some of the images in a file cannot be used."""
    if all(each.reason == "damaged" for each in refused):
        return Unreadable("some_damaged", n=len(refused), total=images)
    why = next(each for each in refused if each.reason != "damaged")
    return Unreadable("some_refused", n=len(refused), total=images, why=why.reason, values=why.details)


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
