"""COCO: one JSON file of images, categories and annotations (Lin et al. 2014; cocodataset.org, data format)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from studio.importing.gather import Listing
from studio.importing.layouts.layout import Layout, labeled_by_marks, split_named, unmentioned, unreadable
from studio.importing.marks import BoxMark, Mark, PolygonMark, RunMark, decode_runs, is_sound
from studio.importing.source import Problem, SourceFile
from studio.text import tr

LOOK = 64 << 10
"""Bytes at either end of a file that are enough to tell."""
MOST_FILES = 100
"""Annotations are kept in few files; where there are more, each is about one image, in another format."""
KEYS = (b'"images"', b'"annotations"', b'"categories"')
NO_NUMBER = re.compile(rb"(?<=[\s,:\[])(?:-?Infinity|NaN)(?=[\s,\]}])")
"""What many programs write in place of a number, though it is no JSON."""

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading JSON raises."""

Id = int | str
Entry = TypeVar("Entry")


class Runs(msgspec.Struct, frozen=True):
    """A mask of size (height, width): lengths of runs, or the same as compressed text."""

    counts: list[int] | str
    size: tuple[int, int]


class Picture(msgspec.Struct, frozen=True):
    id: Id
    file_name: str
    width: int = 0
    height: int = 0


class Category(msgspec.Struct, frozen=True):
    id: Id
    name: str


class Annotation(msgspec.Struct, frozen=True):
    image_id: Id
    category_id: Id
    bbox: list[float] | None = None
    segmentation: list[list[float]] | Runs | None = None


class Whole(msgspec.Struct, frozen=True):
    """The entries are decoded one by one, so that a broken one harms no other."""

    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw] = []
    categories: list[msgspec.Raw] = []


def recognize(listing: Listing) -> bool:
    return any(_is_coco(path) for path in _candidates(listing))


def read(listing: Listing) -> Iterator[SourceFile | Problem]:
    """Boxes and masks are regions; the class of an image is that of what is marked in it, if it is one."""
    mentioned: set[Path] = set()
    for path in filter(_is_coco, _candidates(listing)):
        for found in _read_file(path, listing):
            if isinstance(found, SourceFile):
                if found.path in mentioned:
                    continue
                mentioned.add(found.path)
            yield found
    yield from unmentioned(listing, mentioned)


def _candidates(listing: Listing) -> list[Path]:
    files = listing.with_suffix(".json")
    return files if len(files) <= MOST_FILES else []


def _is_coco(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            text = file.read(LOOK)
            file.seek(max(0, path.stat().st_size - LOOK))
            text += file.read(LOOK)
    except OSError:
        return False
    return sum(key in text for key in KEYS) >= 2


def _read_file(path: Path, listing: Listing) -> Iterator[SourceFile | Problem]:
    try:
        content = path.read_bytes()
        whole = _decode(content)
    except (OSError, *BROKEN) as error:
        yield unreadable(path, error)
        return
    categories: dict[Id, str] = {}
    for entry in _entries(path, "categories", whole.categories, Category):
        if isinstance(entry, Problem):
            yield entry
        else:
            categories[entry.id] = entry.name
    pictures: dict[Id, Picture] = {}
    for picture in _entries(path, "images", whole.images, Picture):
        if isinstance(picture, Problem):
            yield picture
        else:
            pictures[picture.id] = picture
    marks: dict[Id, list[Mark]] = {}
    for number, annotation in enumerate(_entries(path, "annotations", whole.annotations, Annotation)):
        found = annotation if isinstance(annotation, Problem) else _mark(annotation, pictures, categories)
        if isinstance(found, Problem):
            yield found
        elif isinstance(found, str):
            yield Problem(f"{path}: annotations[{number}]", found)
        else:
            assert isinstance(annotation, Annotation)
            marks.setdefault(annotation.image_id, []).append(found)
    yield from _files(path, listing, pictures, marks)


def _decode(content: bytes) -> Whole:
    try:
        return msgspec.json.decode(content, type=Whole)
    except msgspec.DecodeError:
        return msgspec.json.decode(NO_NUMBER.sub(b"null", content), type=Whole)


def _entries(path: Path, name: str, entries: list[msgspec.Raw], kind: type[Entry]) -> Iterator[Entry | Problem]:
    decoder = msgspec.json.Decoder(kind, strict=False)
    for number, entry in enumerate(entries):
        try:
            yield decoder.decode(entry)
        except BROKEN as error:
            yield Problem(f"{path}: {name}[{number}]", tr("It is not as COCO has it: {reason}.", reason=error))


def _mark(annotation: Annotation, pictures: dict[Id, Picture], categories: dict[Id, str]) -> Mark | str:
    """What an annotation marks, or a sentence on why it cannot be used."""
    picture = pictures.get(annotation.image_id)
    if picture is None:
        return tr("There is no image with the id {id} in the file.", id=annotation.image_id)
    if annotation.category_id not in categories:
        return tr("There is no category with the id {id} in the file.", id=annotation.category_id)
    name = categories[annotation.category_id]
    try:
        return _shape(annotation, picture, name)
    except ValueError as error:
        return str(error)


def _shape(annotation: Annotation, picture: Picture, name: str) -> Mark:
    segmentation, box = annotation.segmentation, annotation.bbox
    if isinstance(segmentation, Runs):
        return _runs(segmentation, name)
    if segmentation:
        if not all(len(ring) >= 6 and len(ring) % 2 == 0 and is_sound(ring) for ring in segmentation):
            raise ValueError(tr("The polygon is not at least three pairs of numbers."))
        return PolygonMark(tuple(map(tuple, segmentation)), name)
    if box is None or len(box) != 4 or not is_sound(box):
        raise ValueError(tr("The box is not four numbers."))
    left, top, width, height = box
    if width <= 0 or height <= 0:
        raise ValueError(tr("The box is empty or turned inside out."))
    if picture.width and (left >= picture.width or top >= picture.height or left + width <= 0 or top + height <= 0):
        raise ValueError(tr("The box lies outside of the image."))
    return BoxMark((left, top, width, height), name)


def _runs(runs: Runs, name: str) -> RunMark:
    height, width = runs.size
    try:
        lengths = decode_runs(runs.counts) if isinstance(runs.counts, str) else tuple(runs.counts)
    except ValueError as error:
        raise ValueError(tr("The mask is damaged.")) from error
    if min(height, width) <= 0 or any(length < 0 for length in lengths) or sum(lengths) != height * width:
        raise ValueError(tr("The mask does not fill its size."))
    return RunMark(height, width, lengths, name)


def _files(
    path: Path, listing: Listing, pictures: dict[Id, Picture], marks: dict[Id, list[Mark]]
) -> Iterator[SourceFile | Problem]:
    split = split_named(path.stem) or split_named(path.parent.name)
    for picture in pictures.values():
        file = _find(picture.file_name, path, listing)
        if file is None:
            what = tr("The image “{name}” is not there, or there are several.", name=picture.file_name)
            yield Problem(f"{path}: {picture.file_name}", what)
            continue
        own = tuple(marks.get(picture.id, ()))
        label, fields = labeled_by_marks(own)
        yield SourceFile(file, label, fields, split=split or split_named(file.parent.name), marks=own)


def _find(name: str, annotations: Path, listing: Listing) -> Path | None:
    """The image of that name; of several the one beside the annotations, or in a folder that they are named after."""
    tail = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    fitting = [path for path in listing.by_name.get(tail[-1] if tail else "", []) if path.parts[-len(tail) :] == tail]
    if len(fitting) > 1:
        beside = [path for path in fitting if path.is_relative_to(annotations.parent)]
        fitting = beside or [path for path in fitting if path.parent.name in annotations.stem]
    return fitting[0] if len(fitting) == 1 else None


LAYOUT = Layout(
    name="coco",
    title="COCO",
    summary="A JSON file with images, categories and annotations.",
    recognize=recognize,
    read=read,
)
