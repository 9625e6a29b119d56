"""From what the user points at to the files of an import: archives unpacked, folders listed, the layout read."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from models.events import Progress, Task
from studio import tables
from studio.errors import UserError
from studio.importing.archives import is_archive, unpack
from studio.importing.gather import LISTED, Listing, gather, looks_like_image, natural_key
from studio.importing.layouts import LAYOUTS
from studio.importing.layouts.table import read_with
from studio.importing.private_columns import Privacy
from studio.importing.pseudonyms import pseudonym_key
from studio.importing.source import Problem, SourceFile
from studio.project import Project
from studio.text import tr

AUTO = "auto"
"""The layout that fits, in place of the name of one."""


class Reading(msgspec.Struct, frozen=True):
    """What a layout, by its name, says of the files of an import, and what of it does not fit."""

    layout: str
    files: list[SourceFile]
    problems: list[Problem]


def read_sources(
    project: Project, sources: Sequence[Path], layout: str = AUTO, labels: Path | None = None
) -> Task[Reading]:
    """Read folders, files, archives and tables without opening the images.

    layout: one of `LAYOUTS`, or `AUTO`. labels: a table that says the classes, as one among the sources does. A column
    that tells who the patient is becomes the field `patient`, a pseudonym; others that name people are left out.
    Raises `UserError`.
    """
    if layout != AUTO and layout not in LAYOUTS:
        known = ", ".join([AUTO, *LAYOUTS])
        raise UserError(tr("There is no layout “{layout}”. There are: {known}.", layout=layout, known=known))
    listing = yield from gather((yield from _without_archives(project, sources)))
    given = [path for path in listing.single if path.suffix.lower() in tables.SUFFIXES]
    table = labels or (given[0] if given and layout in (AUTO, "table") else None)
    chosen = "table" if table else layout
    if chosen == AUTO:
        chosen = yield from _recognized(listing)
    privacy = Privacy(pseudonym_key(project))
    files: list[SourceFile] = []
    problems: list[Problem] = []
    found = LAYOUTS[chosen].read(listing) if table is None else read_with(table, listing)
    for number, each in enumerate(found):
        if number % LISTED == 0:
            yield Progress(0, 0, tr("Reading the layout"))
        if isinstance(each, Problem):
            problems.append(each)
        else:
            files.append(msgspec.structs.replace(each, fields=privacy.kept(each.fields)) if each.fields else each)
    return Reading(chosen, files, problems + privacy.problems())


def _recognized(listing: Listing) -> Task[str]:
    for layout in LAYOUTS.values():
        yield Progress(0, 0, tr("Recognizing the layout"))
        if layout.recognize(listing):
            return layout.name
    raise AssertionError("the last layout fits everything")


def _without_archives(project: Project, sources: Sequence[Path]) -> Task[list[Path]]:
    """Folders in place of archives, also of those in a folder that holds nothing else, as shards do."""
    found: list[Path] = []
    for source in sources:
        inside = _archives_in(source)
        for archive in inside:
            folder = yield from unpack(project, archive)
            found.append(folder)
        if not inside:
            found.append(source)
    return found


def _archives_in(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source] if is_archive(source) else []
    try:
        entries = sorted(source.iterdir(), key=lambda path: natural_key(path.name))
    except OSError:  # said when it is listed
        return []
    archives = [path for path in entries if is_archive(path)]
    is_mixed = bool(archives) and any(path.is_dir() or looks_like_image(path) for path in entries)
    return [] if is_mixed else archives
