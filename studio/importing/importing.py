"""Import: files are examined on all cores and become items, a hundred in a transaction."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from itertools import takewhile
from pathlib import Path
from threading import Event
from time import monotonic

from msgspec.structs import replace

from models.events import Notice, Progress, Task
from studio.imaging.normalize import Normalization
from studio.imaging.small_picture import keep_small
from studio.imaging.smallest_defect import smallest_defect
from studio.imaging.thumbnails import Thumbnails
from studio.importing.annotations import take_over
from studio.importing.choose import Chosen, choose
from studio.importing.examine import Good, Outcome, Refused, examine
from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.importing.pseudonyms import pseudonym_key
from studio.importing.reading import AUTO, Reading, read_sources
from studio.importing.rejections import forget, rejected, remember
from studio.importing.relink import relink_moved
from studio.importing.result import ImportResult, notices, problems_sentence
from studio.importing.source import Problem, SourceFile
from studio.importing.sources import Sources, remember_sources
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import add_items, replace_items
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
    given = tuple(map(str, sources)), reading.layout, str(labels) if labels else None, options, layout != AUTO
    remember_sources(project, Sources(*given))
    return (yield from import_reading(project, reading, options))


def import_reading(project: Project, reading: Reading, options: ImportOptions) -> Task[ImportResult]:
    """Bring in what was read, as `import_sources`."""
    if reading.problems:
        yield Notice(problems_sentence(reading.problems), "warn")
    moved = yield from relink_moved(project, (file.path for file in reading.files))
    if moved:
        yield Notice(trn("{n} file was moved here.", "{n} files were moved here.", moved))
    files = reading.files if options.keep_split else [replace(file, split=None) for file in reading.files]
    result = yield from import_files(project, files, options)
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
    key, closed = pseudonym_key(project), Event()
    chosen = yield from choose(project, files, options, key)
    wanted = chosen.wanted
    result.unchanged = chosen.unchanged
    batch: list[Outcome] = []
    written = monotonic()

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
                _write(project, thumbnails, batch, chosen, result)
                batch, written = [], monotonic()
            yield Progress(done, len(wanted), tr("Importing images"))
    if chosen.said:
        yield Progress(0, 0, tr("Comparing annotations"))
        result.annotated, conflicts = take_over(project, chosen.said)
        result.problems += conflicts
    result.smallest = smallest_defect(project, Normalization().size)
    yield from notices(result)
    return result


def _write(
    project: Project, thumbnails: Thumbnails, batch: list[Outcome], chosen: Chosen, result: ImportResult
) -> None:
    """Keep a batch, all of it or nothing, and count it."""
    good = [outcome for outcome in batch if isinstance(outcome, Good)]
    refused = [outcome for outcome in batch if isinstance(outcome, Refused)]
    by_place = {(each.item.path, each.item.part): each.item for each in good}
    refreshed = {chosen.changed[place]: item for place, item in by_place.items() if place in chosen.changed}
    chosen.said += [
        chosen.told_anew[place]._replace(label=item.label, fields=item.fields, marked=item.regions)
        for place, item in by_place.items()
        if place in chosen.told_anew
    ]
    with project.writing():
        new = [item for place, item in by_place.items() if place not in chosen.changed]
        added = add_items(project, new)
        replace_items(project, refreshed)
        forget(project, (each.item.path for each in good))
        remember(project, refused)
        keep_small(project, ((each.item.pixel_sha256, each.small) for each in good))
    thumbnails.put((each.item.pixel_sha256, each.jpeg) for each in good)
    result.imported += len(added)
    result.unchanged += len(new) - len(added)
    result.refreshed += len(refreshed)
    result.rejected += map(rejected, refused)
    result.problems += [Problem(str(each.item.path), what) for each in good for what in each.unfit]
    result.frames += sum(each.left_out for each in good)
    result.named += sum(each.named for each in good)
    result.burned_in += sum(each.item.fields.get("burned_in_text") == "YES" for each in good)
