"""Import: files are examined on all cores and become items, a hundred in a transaction."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic

import msgspec

from models.events import Notice, Progress, Task
from studio.imaging.thumbnails import Thumbnails
from studio.importing.examine import Good, Outcome, Refused, examine
from studio.importing.gather import gather
from studio.importing.known import REFRESHED, Known, known_files
from studio.importing.label_table import with_labels
from studio.importing.pseudonyms import pseudonym_key
from studio.importing.rejections import forget, rejected, remember
from studio.importing.result import ImportResult, notices
from studio.importing.source import Problem, SourceFile
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import add_items, replace_items
from studio.project.part import Part
from studio.text import tr, trn

BATCH = 100
LISTED = 500
"""Files that are looked up between two chances to cancel."""
BATCH_SECONDS = 1.0
"""A batch of huge images is written sooner, so that a crash or a cancel loses little."""


def import_sources(
    project: Project, sources: Sequence[Path], layout: str = "auto", labels: Path | None = None
) -> Task[ImportResult]:
    """Bring in the images of folders and single files, whose own files are only read.

    layout: one of `LAYOUTS`. labels: a CSV table with the columns file and label, further columns become fields; it
    takes the place of folder names. Yields `Progress` and `Notice`; raises `UserError` before anything is imported.
    Closing it keeps the batches that were finished.
    """
    yield Progress(0, 0, tr("Looking for images"))
    unmatched: list[str] = []
    if labels is None:
        files = gather(sources, layout)
    else:
        files, unmatched = with_labels(gather(sources, "flat"), labels)
    if unmatched:
        yield Notice(_unmatched_sentence(unmatched), "warn")
    result = yield from import_files(project, files)
    result.unmatched = unmatched
    return result


def import_files(project: Project, files: Sequence[SourceFile]) -> Task[ImportResult]:
    """Bring in the images among `files`, and again those that have changed since, as `import_sources`."""
    result = ImportResult()
    wanted, changed = yield from _choose(project, files, result)
    batch: list[Outcome] = []
    written = monotonic()
    look = partial(examine, key=pseudonym_key(project))
    with Thumbnails(project) as thumbnails, closing(in_order(look, wanted)) as looks:
        for done, outcomes in enumerate(looks, 1):
            batch += outcomes
            result.skipped += not outcomes
            if len(batch) >= BATCH or done == len(wanted) or monotonic() - written > BATCH_SECONDS:
                _write(project, thumbnails, batch, changed, result)
                batch, written = [], monotonic()
            yield Progress(done, len(wanted), tr("Importing images"))
    yield from notices(result)
    return result


Changed = dict[tuple[Path, Part], int]
"""Items whose file has another content since, by file and part."""


def _choose(
    project: Project, files: Sequence[SourceFile], result: ImportResult
) -> Task[tuple[list[SourceFile], Changed]]:
    """The files to look into, and the items of those among them that the project knows with another content."""
    known: dict[Path, list[Known]] = {}
    for each in known_files(project):
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
        added = add_items(project, (each.item for each in good if (each.item.path, each.item.part) not in changed))
        replace_items(project, refreshed)
        forget(project, (each.item.path for each in good))
        remember(project, refused)
        if refreshed:
            project.set_setting(REFRESHED, project.setting(REFRESHED, 0) + len(refreshed))
    thumbnails.put((each.item.pixel_sha256, each.jpeg) for each in good)
    result.imported += len(added)
    result.refreshed += len(refreshed)
    result.rejected += map(rejected, refused)
    result.problems += [Problem(str(each.item.path), what) for each in good for what in each.unfit]
    result.frames += sum(each.left_out for each in good)
    result.named += sum(each.named for each in good)
    result.burned_in += sum(each.item.fields.get("burned_in_text") == "YES" for each in good)


def _unmatched_sentence(unmatched: list[str]) -> str:
    return trn(
        "{n} row of the table names no file here: {first}.",
        "{n} rows of the table name no file here, the first: {first}.",
        len(unmatched),
        first=unmatched[0],
    )
