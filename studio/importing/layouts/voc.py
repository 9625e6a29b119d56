"""Pascal VOC (Everingham et al. 2010): Annotations/NAME.xml with boxes, JPEGImages/NAME.jpg, ImageSets with splits, and
SegmentationClass/NAME.png with masks."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from studio.imaging.unreadable import Unreadable
from studio.importing.gather import Listing
from studio.importing.layouts.layout import SPLITS, Layout, labeled_by_marks, read_text, unreadable
from studio.importing.layouts.voc_masks import CLASSES, OBJECTS, Names, class_names, masks_of, painted
from studio.importing.marks import BoxMark, Mark, is_sound
from studio.importing.source import Problem, SourceFile
from studio.text import tr

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LOOK = 4096
TRIED = 20


class Annotation(NamedTuple):
    """What an XML file marks in its image, and the classes of all its objects in order, also of those that cannot be
    used."""

    boxes: list[BoxMark]
    objects: list[str]


def recognize(listing: Listing) -> bool:
    has_masks = any(place.name == CLASSES for place in listing.places) and bool(painted(listing))
    return has_masks or any(map(_is_annotation, listing.with_suffix(".xml")[:TRIED]))


def read(listing: Listing) -> Iterator[SourceFile | Problem]:
    """Masks are regions, and boxes of classes that no mask shows; the class of an image is that of what is marked in
    it, if it is one."""
    masks = painted(listing)
    images = [path for path in listing.files if path in listing.images and path.parent.name not in (CLASSES, OBJECTS)]
    sides, problems = _sides(listing)
    yield from problems
    annotated = yield from _annotated(listing, images)
    told = sorted({name for annotation in annotated.values() for name in annotation.objects})
    names, problems = class_names(listing, told)
    yield from problems
    for image in images:
        boxes, objects = annotated.get(image, ([], []))
        marks = yield from _masks(masks.pop(image.stem, {}), names, objects)
        shown = {mark.name for mark in marks}
        marks += [box for box in boxes if box.name not in shown]
        label, fields = labeled_by_marks(marks)
        yield SourceFile(image, label, fields, split=sides.get(image.stem), marks=tuple(marks))
    for path in (path for left in masks.values() for path in left.values()):
        yield Problem(str(path), tr("There is no image that this mask is about."))


def _annotated(listing: Listing, images: list[Path]) -> Generator[Problem, None, dict[Path, Annotation]]:
    """What XML files say, by image."""
    by_stem: dict[str, list[Path]] = {}
    for path in images:
        by_stem.setdefault(path.stem, []).append(path)
    found: dict[Path, Annotation] = {}
    for path in listing.with_suffix(".xml"):
        try:
            root = _parsed(path)
        except (OSError, ValueError) as error:
            yield unreadable(path, error)
            continue
        image = _image(path, root, by_stem, listing)
        if image is None:
            yield Problem(str(path), tr("The image that it is about is not there, or there are several."))
            continue
        found[image] = Annotation([], [_name(each) for each in root.iter("object")])
        for mark in _marks(path, root):
            if isinstance(mark, Problem):
                yield mark
            else:
                found[image].boxes.append(mark)
    return found


def _masks(files: dict[str, Path], names: Names, objects: list[str]) -> Generator[Problem, None, list[Mark]]:
    marks: list[Mark] = []
    try:
        for mark in masks_of(files, names, objects) if files else ():
            if isinstance(mark, Problem):
                yield mark
            else:
                marks.append(mark)
    except (Unreadable, OSError) as error:
        yield unreadable(next(iter(files.values())), error)
    return marks


def _is_annotation(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"<annotation" in file.read(LOOK)
    except OSError:
        return False


def _parsed(path: Path) -> "Element":
    """The root of an XML file without entities or anything else that reaches out of it. Raises `ValueError`."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(path.read_bytes(), forbid_dtd=True)
    except ParseError as error:
        raise ValueError(tr("it is no valid XML")) from error
    except DefusedXmlException as error:
        raise ValueError(tr("it defines entities, which an annotation has no use for")) from error


def _image(path: Path, root: "Element", by_stem: dict[str, list[Path]], listing: Listing) -> Path | None:
    """The image called like the annotation, else the one it names; of several, the one nearest."""
    name = (root.findtext("filename") or "").replace("\\", "/").rpartition("/")[2].strip()
    fitting = by_stem.get(path.stem) or listing.by_name.get(name) or by_stem.get(Path(name).stem) or []
    if len(fitting) > 1:
        fitting = [image for image in fitting if path.parent in (image.parent, image.parent.parent / path.parent.name)]
    return fitting[0] if len(fitting) == 1 else None


def _marks(path: Path, root: "Element") -> Iterator[BoxMark | Problem]:
    for number, each in enumerate(root.iter("object"), 1):
        try:
            yield _mark(each)
        except ValueError as error:
            yield Problem(tr("{file}: object {n}", file=path, n=number), str(error))


def _mark(described: "Element") -> BoxMark:
    """The first pixel of a row is number 1, and the last is inside (VOC development kit). Raises `ValueError`."""
    words = [described.findtext(f"bndbox/{side}") or "" for side in ("xmin", "ymin", "xmax", "ymax")]
    try:
        left, top, right, bottom = map(float, words)
    except ValueError as error:
        raise ValueError(tr("The box is not four numbers.")) from error
    if not is_sound((left, top, right, bottom)):
        raise ValueError(tr("The box is not four numbers."))
    if right < left or bottom < top:
        raise ValueError(tr("The box is empty or turned inside out."))
    return BoxMark((left - 1, top - 1, right - left + 1, bottom - top + 1), _name(described))


def _name(described: "Element") -> str:
    return (described.findtext("name") or "").strip()


def _sides(listing: Listing) -> tuple[dict[str, str], list[Problem]]:
    """Sides of the split by the names of images, from ImageSets/Main/train.txt and its like."""
    sides: dict[str, str] = {}
    problems: list[Problem] = []
    for path in listing.with_suffix(".txt"):
        if path.stem in SPLITS and "ImageSets" in path.parts:
            try:
                sides |= {line.split()[0]: SPLITS[path.stem] for line in read_text(path).splitlines() if line.strip()}
            except (OSError, ValueError) as error:
                problems.append(unreadable(path, error))
    return sides, problems


LAYOUT = Layout(
    name="voc",
    title="Pascal VOC",
    summary="Annotations/NAME.xml with boxes, SegmentationClass/NAME.png with masks, beside folders of images.",
    recognize=recognize,
    read=read,
)
