"""What lies in the sources, told before anything of it comes in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from models.events import Progress, Task
from studio.imaging.read import is_lazy, open_lazily
from studio.imaging.signatures import HEAD, begins_like_dicom
from studio.imaging.unreadable import NEEDS_TILES, Unreadable
from studio.importing.estimate import estimate
from studio.importing.examine import Good, Refused, examine
from studio.importing.marks import BoxMark
from studio.importing.options import WHOLE_IMAGES
from studio.importing.pseudonyms import pseudonym_key
from studio.importing.reading import AUTO, read_sources
from studio.importing.recognized import Example, Recognized
from studio.importing.rejections import rejected
from studio.importing.source import Problem, SourceFile
from studio.parallel import in_order
from studio.project import Project
from studio.text import tr

OPENED = 24
"""Images that are decoded, evenly spread."""
HEADERS = 1000
"""DICOM headers that are read, evenly spread, to count patients."""
LONGEST_HEADER = 256 << 10
DEVICE = "device"
GROUPS = ("patient", "part", "lot", "camera", DEVICE, "study", "laterality")
"""What images belong together by, the most telling first: fields, and what the camera of a DICOM header is."""


def recognize(
    project: Project, sources: Sequence[Path], layout: str = AUTO, labels: Path | None = None
) -> Task[Recognized]:
    """Tell the layout of sources and what they hold, from names, annotations and a few of the images.

    Takes what `import_sources` does, and raises as it does; the project stays as it is but for unpacked archives, which
    `discard_unused` removes when they are not imported.
    """
    reading = yield from read_sources(project, sources, layout, labels)
    files = [file for file in reading.files if file.expected]
    key = pseudonym_key(project)
    opened, refused = yield from _open_some(files, key)
    headers = yield from _read_headers(files, key)
    known = headers.images | {good.item.path: good.images for good in opened}
    images, is_about = estimate([file.path for file in files], known)
    files = [structs.replace(file, label=None) if file.label in headers.named else file for file in files]
    return Recognized(
        layout=reading.layout,
        images=images,
        is_about=is_about or any(good.item.part.plane for good in opened),  # empty slices stay out
        classes=_counted(file.label or "" for file in files),
        masks=_counted(file.label or "" for file in files if any(not isinstance(m, BoxMark) for m in file.marks)),
        boxes=_counted(file.label or "" for file in files if any(isinstance(m, BoxMark) for m in file.marks)),
        splits=_counted(file.split for file in files if file.split),
        only_tested=_only_tested(files),
        groups=_groups([*(file.fields for file in reading.files), *headers.found]),
        at_least=headers.are_some and bool(headers.found),
        depths=sorted({good.item.depth for good in opened}),
        examples=[Example(good.item.path, good.item.label, good.jpeg) for good in opened],
        need_tiles=any(each.reason == NEEDS_TILES for each in refused),
        problems=[Problem(str(each.path), rejected(each).reason) for each in refused if each.reason != NEEDS_TILES]
        + reading.problems,
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    """In the order of names."""
    counts = Counter(names)
    return {name: counts[name] for name in sorted(counts)}


def _only_tested(files: Iterable[SourceFile]) -> list[str]:
    """The classes of which there are only files to test with, where others are there to learn from."""
    sides: dict[str, set[str | None]] = {}
    for file in files:
        if file.label:
            sides.setdefault(file.label, set()).add(file.split)
    tested = sorted(name for name, found in sides.items() if found == {"test"})
    return tested if len(tested) < len(sides) else []


def _groups(fields: Iterable[dict[str, str]]) -> dict[str, int]:
    """How many different values there are of each of `GROUPS`."""
    values: dict[str, set[str]] = {}
    for each in fields:
        for field in each.keys() & set(GROUPS):
            values.setdefault(field, set()).add(each[field])
    return {field: len(values[field]) for field in GROUPS if field in values}


def _spread(files: Sequence[SourceFile], number: int) -> Sequence[SourceFile]:
    """At most so many, from the first on in even steps."""
    return files[:: max(1, -(-len(files) // number))]


def _open_some(files: Sequence[SourceFile], key: bytes) -> Task[tuple[list[Good], list[Refused]]]:
    """The first image of some files, and those of them that cannot be used."""
    chosen = _spread(files, OPENED)
    good: list[Good] = []
    refused: list[Refused] = []
    with closing(in_order(partial(_first, key=key), chosen)) as outcomes:
        for done, outcome in enumerate(outcomes, 1):
            good += [each for each in outcome if isinstance(each, Good)]
            refused += [each for each in outcome if isinstance(each, Refused)]
            yield Progress(done, len(chosen), tr("Looking into some images"))
    return good, refused


def _first(file: SourceFile, key: bytes) -> list[Good | Refused]:
    if _is_slide(file.path):
        return [Refused(file.path, NEEDS_TILES)]
    outcomes = (outcome for outcome in examine(file, key, WHOLE_IMAGES) if outcome is not None)
    return list(islice(outcomes, 1))


def _is_slide(path: Path) -> bool:
    """Whether a large file begins with an image that must be cut: told without reading all of it, as examining does."""
    try:
        return is_lazy(path) and open_lazily(path).large() is not None
    except (Unreadable, OSError):  # said by examining it
        return False


class _Headers(NamedTuple):
    """Fields of the headers that were read, how many images there are by file, classes that name a patient, and whether
    there are more headers."""

    found: list[dict[str, str]]
    images: dict[Path, int]
    named: set[str]
    are_some: bool


def _read_headers(files: Sequence[SourceFile], key: bytes) -> Task[_Headers]:
    chosen = _spread(files, HEADERS)
    headers = _Headers([], {}, set(), len(chosen) < len(files))
    for done, file in enumerate(chosen):
        yield Progress(done, len(chosen), tr("Reading headers"))
        _read_header(file, key, headers)
    return headers


def _read_header(file: SourceFile, key: bytes, headers: _Headers) -> None:
    """Add what a DICOM file says; other files, and those whose header is damaged, say nothing."""
    try:
        with file.path.open("rb") as opened:
            content = opened.read(HEAD)
            if not begins_like_dicom(content):
                return
            content += opened.read(LONGEST_HEADER)
    except OSError:  # said when it is imported
        return
    from studio.imaging.dicom import DAMAGED_HEADER, images_in, read_header
    from studio.importing.dicom_header import fields_of, names_patient

    try:
        header = read_header(content)
        fields = fields_of(header, key)
        headers.found.append({DEVICE if name == "camera" else name: value for name, value in fields.items()})
        headers.images[file.path] = min(images_in(header), file.path.stat().st_size)  # headers lie
        if file.label and names_patient(header, file.label):
            headers.named.add(file.label)
    except DAMAGED_HEADER:
        return
