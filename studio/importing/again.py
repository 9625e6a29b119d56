"""Scan again: what was imported before is looked at for new, changed, moved and vanished files."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from models.events import Notice, Task
from studio.errors import UserError
from studio.importing.gather import gather
from studio.importing.importing import import_reading
from studio.importing.reading import PLAIN, Reading, read_sources
from studio.importing.relink import missing_files, relink_among
from studio.importing.result import ImportResult
from studio.importing.source import Problem
from studio.importing.sources import Sources, remembered_sources
from studio.project import Project
from studio.text import tr, trn


class ScannedAgain(msgspec.Struct):
    """New images, images whose file changed, those of which annotations say something else now, files that lie
    elsewhere, and files that are gone; problems: what cannot be used, and labels that contradict annotations."""

    imported: int = 0
    refreshed: int = 0
    unchanged: int = 0
    annotated: int = 0
    moved: int = 0
    vanished: list[str] = []
    problems: list[Problem] = []


def import_again(project: Project) -> Task[ScannedAgain]:
    """Import everything that was imported before once more, as it was then, and annotations that were added since.

    Files that were moved or renamed inside of the sources keep all that was said of them. Images whose file is gone
    stay. Raises `UserError` when nothing was imported yet.
    """
    remembered = remembered_sources(project)
    if not remembered:
        raise UserError(tr("Nothing was imported yet. Import a folder first."))
    present = [Path(path) for each in remembered for path in each.paths if Path(path).exists()]
    result = ScannedAgain()
    missing = yield from missing_files(project)
    if missing:
        listing = yield from gather(present)
        relinked = yield from relink_among(project, missing, listing.files)
        result.moved, result.vanished = relinked.relinked, relinked.missing
    for each in remembered:
        paths = [Path(path) for path in each.paths]
        yield from (_gone(path) for path in paths if path not in present)
        if paths := [path for path in paths if path in present]:
            reading = yield from _read_again(project, paths, each)
            imported = yield from import_reading(project, reading, each.options)
            _add(result, imported)
    if n := len(result.vanished):
        yield Notice(
            trn("{n} file is gone: {first}", "{n} files are gone, the first: {first}", n, first=result.vanished[0]),
            "warn",
        )
    return result


def _read_again(project: Project, paths: Sequence[Path], before: Sources) -> Task[Reading]:
    """As in the import; but where there were no annotations, and nobody said so, there may be some by now."""
    if not before.is_chosen and before.labels is None and before.layout in PLAIN:
        reading = yield from read_sources(project, paths)
        if reading.layout not in PLAIN:
            return reading
    labels = None if before.labels is None else Path(before.labels)
    return (yield from read_sources(project, paths, before.layout, labels))


def _gone(path: Path) -> Notice:
    return Notice(tr("“{path}” is not there any more. If it was moved, relink it.", path=path), "warn")


def _add(result: ScannedAgain, imported: ImportResult) -> None:
    result.imported += imported.imported
    result.refreshed += imported.refreshed
    result.moved += imported.moved
    result.unchanged += imported.unchanged
    result.annotated += imported.annotated
    result.problems += imported.problems
