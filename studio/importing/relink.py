"""Relink: files that were moved or renamed are found again by their content."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from models.events import Progress, Task
from studio.imaging.read import file_digest
from studio.importing.gather import LISTED, gather
from studio.importing.known import Known, known_files
from studio.importing.sources import move_sources
from studio.project import Project
from studio.text import tr

LOOKS = 16

Missing = dict[Path, Known]
"""Files that are not where they were, by where that was."""


class Relinked(msgspec.Struct, frozen=True):
    """How many files were found again, and those that are still missing."""

    relinked: int
    missing: list[str]


def missing_files(project: Project) -> Task[Missing]:
    """The files of real images that are not there any more."""
    missing: Missing = {}
    checked: set[Path] = set()
    files = list(known_files(project))
    for done, known in enumerate(files):
        if done % LISTED == 0:
            yield Progress(done, len(files), tr("Looking for missing files"))
        if known.path not in checked:
            checked.add(known.path)
            if not known.path.exists():
                missing[known.path] = known
    return missing


def seem_moved(project: Project) -> bool:
    """Whether one of a few files, from all over the project, is not where it was. Says so without looking at all."""
    query = "SELECT path FROM item WHERE origin = 'real' AND id IN (SELECT id FROM item ORDER BY random() LIMIT ?)"
    return not all(project.resolve_path(row[0]).exists() for row in project.db.execute(query, (LOOKS,)))


def relink(project: Project, folder: Path) -> Task[Relinked]:
    """Find missing files in a folder by their content, whatever they are called there, all in one transaction.

    What was said of their images stays. Raises `UserError` when the folder is not there.
    """
    missing = yield from missing_files(project)
    listing = yield from gather([folder])
    return (yield from relink_among(project, missing, listing.files))


def relink_moved(project: Project, files: Iterable[Path]) -> Task[int]:
    """Take files for those of the same name and content that are no longer where they were; returns how many."""
    known = {each.path: each for each in known_files(project)}
    new = [path for path in files if path not in known]
    names = {path.name for path in new}
    suspects = [each for each in known.values() if each.path.name in names]
    missing: Missing = {}
    for done, each in enumerate(suspects):
        if done % LISTED == 0:
            yield Progress(done, len(suspects), tr("Looking for missing files"))
        if not each.path.exists():
            missing[each.path] = each
    same_name = {path.name for path in missing}
    relinked = yield from relink_among(project, missing, (path for path in new if path.name in same_name))
    return relinked.relinked


def relink_among(project: Project, missing: Missing, files: Iterable[Path]) -> Task[Relinked]:
    """Find missing files among others; those that images come from already are left alone."""
    taken = {known.path for known in known_files(project)} - missing.keys() if missing else set()
    free = [path for path in files if path not in taken]
    found = (yield from _same_content(missing, free)) if missing else {}
    if found:
        _move(project, found)
    return Relinked(len(found), [str(path) for path in missing if path not in found])


def _same_content(missing: Missing, files: list[Path]) -> Task[dict[Path, Path]]:
    """By the missing file where its content lies now; of several, where its name is the same."""
    wanted: dict[str, list[Path]] = {}
    for path, known in missing.items():
        wanted.setdefault(known.sha256, []).append(path)
    sizes = {known.size for known in missing.values()}
    lying: dict[str, list[Path]] = {}
    for done, path in enumerate(files):
        yield Progress(done, len(files), tr("Comparing contents"))
        digest = _digest(path, sizes)
        if digest in wanted:
            lying.setdefault(digest, []).append(path)
    found: dict[Path, Path] = {}
    for digest, places in lying.items():
        for path in wanted[digest]:
            if places:
                found[path] = max(places, key=lambda place: _common_end(place, path))
                places.remove(found[path])
    return found


def _digest(path: Path, sizes: set[float | None]) -> str:
    """SHA-256, empty for files that are none of those sizes or cannot be read."""
    try:
        if None not in sizes and path.stat().st_size not in sizes:
            return ""
        return file_digest(path)
    except OSError:
        return ""


def _common_end(first: Path, second: Path) -> int:
    """How many of the last parts of two paths are the same."""
    pairs = zip(reversed(first.parts), reversed(second.parts), strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(first.parts), len(second.parts)))


def _move(project: Project, found: Mapping[Path, Path]) -> None:
    rows = [(project.store_path(new), project.store_path(old)) for old, new in found.items()]
    with project.writing() as db:
        db.executemany("UPDATE item SET path = ? WHERE path = ? AND origin = 'real'", rows)
        for old, new in {_moved_folder(old, new) for old, new in found.items()}:
            move_sources(project, old, new)


def _moved_folder(old: Path, new: Path) -> tuple[Path, Path]:
    """The folders that differ between two paths of the same file."""
    same = _common_end(old, new)
    return Path(*old.parts[: len(old.parts) - same]), Path(*new.parts[: len(new.parts) - same])
