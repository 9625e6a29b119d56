"""From what the user points at to the files of an import: archives unpacked, folders listed, the layout read."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from models.events import Progress, Task
from studio import tables
from studio.errors import UserError
from studio.importing.archives import SUFFIXES, is_archive, unpack
from studio.importing.gather import LISTED, Listing, gather, looks_like_image, natural_key
from studio.importing.layouts import LAYOUTS, Layout
from studio.importing.layouts.table import read_with
from studio.importing.private_columns import Privacy
from studio.importing.pseudonyms import pseudonym_key
from studio.importing.source import Problem, SourceFile
from studio.project import Project
from studio.text import tr

AUTO = "auto"
"""The layout that fits each source, in place of the name of one."""
PLAIN = ("folders", "flat")
"""Layouts without annotations."""


class Reading(msgspec.Struct, frozen=True):
    """What a layout, by its name, says of the files of an import, and what of it does not fit.

    layout: `AUTO` where the sources have several.
    """

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
    archives = yield from _unpacked(project, sources)
    listing = yield from gather(archives)
    listing.names = {folder: _stem(archive) for folder, archive in archives.items() if folder != archive}
    table = labels or _given_table(listing, layout)
    found: list[Iterable[SourceFile | Problem]]
    if table is not None:
        found, names = [read_with(table, listing)], {"table"}
    elif layout != AUTO:
        found, names = [LAYOUTS[layout].read(listing)], {layout}
    else:
        recognized = yield from _recognized(listing)
        found, names = [each.read(part) for each, part in recognized], {each.name for each, _ in recognized}
    files, problems = yield from _read(chain.from_iterable(found), Privacy(pseudonym_key(project)))
    name = names.pop() if len(names) == 1 else AUTO
    return Reading(name, files, [_named_by_archive(each, archives) for each in problems])


def _given_table(listing: Listing, layout: str) -> Path | None:
    """The table among the sources, unless they are said to be laid out otherwise."""
    given = [path for path in listing.single if path.suffix.lower() in tables.SUFFIXES]
    return given[0] if given and layout in (AUTO, "table") else None


def _read(found: Iterable[SourceFile | Problem], privacy: Privacy) -> Task[tuple[list[SourceFile], list[Problem]]]:
    """Each file once, as the first says that speaks of it."""
    files: dict[Path, SourceFile] = {}
    problems: list[Problem] = []
    for number, each in enumerate(found):
        if number % LISTED == 0:
            yield Progress(0, 0, tr("Reading the layout"))
        if isinstance(each, Problem):
            problems.append(each)
        elif each.path not in files:
            kept = msgspec.structs.replace(each, fields=privacy.kept(each.fields)) if each.fields else each
            files[each.path] = kept
    return list(files.values()), problems + privacy.problems()


def _recognized(listing: Listing) -> Task[list[tuple[Layout, Listing]]]:
    """The layout of each source by itself; those without annotations go together, for they may be classes."""
    parts = [listing.part([folder]) for folder in listing.folders]
    belong_together = any(path not in listing.images for path in listing.single) or any(not p.images for p in parts)
    if len(parts) < 2 or belong_together:
        return [((yield from _layout_of(listing)), listing)]
    found: list[tuple[Layout, Listing]] = []
    plain: list[Path] = []
    for part in parts:
        layout = yield from _layout_of(part)
        if layout.name in PLAIN:
            plain += part.folders
        else:
            found.append((layout, part))
    if plain or listing.single:
        rest = listing.part(plain, listing.single)
        found.append(((yield from _layout_of(rest)), rest))
    return found


def _layout_of(listing: Listing) -> Task[Layout]:
    for layout in LAYOUTS.values():
        yield Progress(0, 0, tr("Recognizing the layout"))
        if layout.recognize(listing):
            return layout
    raise AssertionError("the last layout fits everything")


def _unpacked(project: Project, sources: Sequence[Path]) -> Task[dict[Path, Path]]:
    """The sources themselves, but folders in place of archives, also of those in a folder that holds nothing else, as
    shards do; and by each where it is from."""
    found: dict[Path, Path] = {}
    for source in sources:
        inside = _archives_in(source)
        for archive in inside:
            folder = yield from unpack(project, archive)
            found[folder] = archive
        if not inside:
            found[source] = source
    return found


def _stem(archive: Path) -> str:
    """The name without what says that it is an archive."""
    suffix = next(suffix for suffix in SUFFIXES if archive.name.lower().endswith(suffix))
    return archive.name[: -len(suffix)]


def _named_by_archive(problem: Problem, archives: dict[Path, Path]) -> Problem:
    """Users know archives, not the folders that they are unpacked to."""
    for folder, archive in archives.items():
        if folder != archive and problem.where.startswith(str(folder)):
            return Problem(f"{archive}{problem.where.removeprefix(str(folder))}", problem.what)
    return problem


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
