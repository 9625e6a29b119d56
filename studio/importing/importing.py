"""Import: files are examined on all cores and become items, a hundred in a transaction."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic

import msgspec

from models.events import Notice, Progress, Task
from studio.imaging.thumbnails import Thumbnails
from studio.importing.examine import Good, Refused, examine
from studio.importing.gather import SourceFile, gather
from studio.importing.label_table import with_labels
from studio.importing.rejections import Rejected, forget, rejected, remember
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import add_items
from studio.text import tr, trn

BATCH = 100
BATCH_SECONDS = 1.0
"""A batch of huge images is written sooner, so that a crash or a cancel loses little."""


class ImportResult(msgspec.Struct):
    """What came of an import.

    imported: new images; unchanged: files whose path the project has already; skipped: files that are no images and
    do not look like any; unmatched: files that a table of labels names and that are not among the sources.
    """

    imported: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = []
    skipped: int = 0
    unmatched: list[str] = []


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
    """Bring in the images among `files`, as `import_sources`."""
    known = {row["path"] for row in project.db.execute("SELECT path FROM item WHERE origin = 'real'")}
    new = [file for file in files if project.store_path(file.path) not in known]
    result = ImportResult(unchanged=len(files) - len(new))
    batch: list[Good | Refused] = []
    written = monotonic()
    with Thumbnails(project) as thumbnails, closing(in_order(examine, new)) as outcomes:
        for done, outcome in enumerate(outcomes, 1):
            if outcome is None:
                result.skipped += 1
            else:
                batch.append(outcome)
            if len(batch) == BATCH or done == len(new) or monotonic() - written > BATCH_SECONDS:
                _write(project, thumbnails, batch, result)
                batch, written = [], monotonic()
            yield Progress(done, len(new), tr("Importing images"))
    yield from _notices(result)
    return result


def _write(project: Project, thumbnails: Thumbnails, batch: list[Good | Refused], result: ImportResult) -> None:
    """Keep a batch, all of it or nothing, and count it."""
    good = [outcome for outcome in batch if isinstance(outcome, Good)]
    refused = [outcome for outcome in batch if isinstance(outcome, Refused)]
    with project.writing():
        added = add_items(project, (each.item for each in good))
        forget(project, (each.item.path for each in good))
        remember(project, refused)
    thumbnails.put((each.item.pixel_sha256, each.jpeg) for each in good)
    result.imported += len(added)
    result.rejected += map(rejected, refused)


def _notices(result: ImportResult) -> Task[None]:
    if not (result.imported or result.unchanged or result.rejected):
        yield Notice(tr("There are no images in it: PNG, JPEG, TIFF, BMP, WebP or GIF."), "warn")
    if result.rejected:
        text = trn("{n} file could not be imported.", "{n} files could not be imported.", len(result.rejected))
        yield Notice(text, "warn")


def _unmatched_sentence(unmatched: list[str]) -> str:
    return trn(
        "{n} row of the table names no file here: {first}.",
        "{n} rows of the table name no file here, the first: {first}.",
        len(unmatched),
        first=unmatched[0],
    )
