"""Import: files are examined on all cores and become items, a hundred in a transaction."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from itertools import takewhile
from pathlib import Path
from threading import Event
from time import monotonic

import msgspec

from models.events import Notice, Progress, Task
from studio.imaging.normalize import Normalization
from studio.imaging.smallest_defect import smallest_defect
from studio.imaging.thumbnails import Thumbnails
from studio.importing.examine import Good, Outcome, Refused, examine
from studio.importing.gather import LISTED
from studio.importing.known import Known, known_files
from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.importing.pseudonyms import pseudonym_key
from studio.importing.reading import AUTO, read_sources
from studio.importing.rejections import forget, rejected, remember
from studio.importing.relink import relink_moved
from studio.importing.result import ImportResult, notices, problems_sentence
from studio.importing.source import Problem, SourceFile
from studio.importing.sources import Sources, remember_sources
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import add_items, replace_items
from studio.project.part import Part
from studio.text import tr, trn

BATCH = 100
BATCH_SECONDS = 1.0
"""A batch of huge images is written sooner, so that a crash or a cancel loses little."""
BEAT = 0.2
"""Seconds after which an import can be canceled in the midst of a file."""


def import_sources(
    project: Project,
    sources: Sequence[Path],
    layout: str = AUTO,
    labels: Path | None = None,
    options: ImportOptions = WHOLE_IMAGES,
) -> Task[ImportResult]:
    """Bring in the images of folders, archives, tables and single files, all of which are only read.

    Files that lay elsewhere and are gone from there keep their images, and what was said of these.
    layout, labels: as `read_sources` takes them. options: what comes in of files that hold several images, or a large
    one. Yields `Progress` and `Notice`; raises `UserError` before anything is imported. Closing it keeps the batches
    that were finished.
    """
    reading = yield from read_sources(project, sources, layout, labels)
    if reading.problems:
        yield Notice(problems_sentence(reading.problems), "warn")
    remember_sources(
        project, Sources(tuple(map(str, sources)), reading.layout, str(labels) if labels else None, options)
    )
    moved = yield from relink_moved(project, (file.path for file in reading.files))
    if moved:
        yield Notice(trn("{n} file was moved here.", "{n} files were moved here.", moved))
    result = yield from import_files(project, reading.files, options)
    result.moved = moved
    result.layout = reading.layout
    result.problems = reading.problems + result.problems
    return result


def import_files(
    project: Project, files: Sequence[SourceFile], options: ImportOptions = WHOLE_IMAGES
) -> Task[ImportResult]:
    """Bring in the images among `files`, and again those that have changed since, as `import_sources`.

    All images of a file come in together, or none. With other options than before a file gives the images that it has
    not given yet.
    """
    result = ImportResult()
    wanted, changed = yield from _choose(project, files, options, result)
    batch: list[Outcome] = []
    written = monotonic()
    key, closed = pseudonym_key(project), Event()

    def look(file: SourceFile) -> list[Outcome]:
        looks = takewhile(lambda _: not closed.is_set(), examine(file, key, options))
        return [outcome for outcome in looks if outcome is not None]

    with Thumbnails(project) as thumbnails, closing(in_order(look, wanted, BEAT)) as looks, ExitStack() as leaving:
        leaving.callback(closed.set)  # before waiting for threads that may have a thousand slices before them
        done = 0
        for outcomes in looks:
            if outcomes is None:
                yield Progress(done, len(wanted), tr("Importing images"))
                continue
            done += 1
            batch += outcomes
            result.skipped += not outcomes
            if len(batch) >= BATCH or done == len(wanted) or monotonic() - written > BATCH_SECONDS:
                _write(project, thumbnails, batch, changed, result)
                batch, written = [], monotonic()
            yield Progress(done, len(wanted), tr("Importing images"))
    result.smallest = smallest_defect(project, Normalization().size)
    yield from notices(result)
    return result


Changed = dict[tuple[Path, Part], int]
"""Items whose file has another content since, by file and part."""


def _choose(
    project: Project, files: Sequence[SourceFile], options: ImportOptions, result: ImportResult
) -> Task[tuple[list[SourceFile], Changed]]:
    """The files to look into, and the items of those among them that the project knows with another content."""
    known: dict[Path, list[Known]] = {}
    for number, each in enumerate(known_files(project)):
        if number % LISTED == 0:
            yield Progress(0, 0, tr("Looking for images"))
        known.setdefault(each.path, []).append(each)
    wanted: list[SourceFile] = []
    changed: Changed = {}
    for number, file in enumerate(files):
        if number % LISTED == 0:
            yield Progress(0, 0, tr("Looking for images"))
        before = known.get(project.resolve_path(project.store_path(file.path)))
        if before is None:
            fields = {"order": str(len(known) + len(wanted))} | file.fields
            wanted.append(msgspec.structs.replace(file, fields=fields))
        elif _has_changed(before[0]):
            wanted.append(file)
            changed |= {(file.path, each.part): each.item for each in before}
        elif options != WHOLE_IMAGES:
            wanted.append(file)
        else:
            result.unchanged += len(before)
    return wanted, changed


def _has_changed(known: Known) -> bool:
    """A file that cannot be read now is left as it is; Clean tells of it."""
    try:
        return known.has_changed()
    except OSError:
        return False


def _write(
    project: Project, thumbnails: Thumbnails, batch: list[Outcome], changed: Changed, result: ImportResult
) -> None:
    """Keep a batch, all of it or nothing, and count it."""
    good = [outcome for outcome in batch if isinstance(outcome, Good)]
    refused = [outcome for outcome in batch if isinstance(outcome, Refused)]
    refreshed = {changed[place]: each.item for each in good if (place := (each.item.path, each.item.part)) in changed}
    with project.writing():
        new = [each.item for each in good if (each.item.path, each.item.part) not in changed]
        added = add_items(project, new)
        replace_items(project, refreshed)
        forget(project, (each.item.path for each in good))
        remember(project, refused)
    thumbnails.put((each.item.pixel_sha256, each.jpeg) for each in good)
    result.imported += len(added)
    result.unchanged += len(new) - len(added)
    result.refreshed += len(refreshed)
    result.rejected += map(rejected, refused)
    result.problems += [Problem(str(each.item.path), what) for each in good for what in each.unfit]
    result.frames += sum(each.left_out for each in good)
    result.named += sum(each.named for each in good)
    result.burned_in += sum(each.item.fields.get("burned_in_text") == "YES" for each in good)
