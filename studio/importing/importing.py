"""Import: files are examined on all cores and become items, a hundred in a transaction."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic

from models.events import Notice, Progress, Task
from studio.imaging.thumbnails import Thumbnails
from studio.importing.examine import Good, Refused, examine
from studio.importing.gather import SourceFile, gather
from studio.importing.known import REFRESHED, Known, known_files
from studio.importing.label_table import with_labels
from studio.importing.pseudonyms import pseudonym_key
from studio.importing.rejections import forget, rejected, remember
from studio.importing.result import ImportResult, notices
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import add_items, replace_items
from studio.text import tr, trn

BATCH = 100
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
    batch: list[Good | Refused] = []
    written = monotonic()
    look = partial(examine, key=pseudonym_key(project))
    with Thumbnails(project) as thumbnails, closing(in_order(look, wanted)) as outcomes:
        for done, outcome in enumerate(outcomes, 1):
            if outcome is None:
                result.skipped += 1
            else:
                batch.append(outcome)
            if len(batch) == BATCH or done == len(wanted) or monotonic() - written > BATCH_SECONDS:
                _write(project, thumbnails, batch, changed, result)
                batch, written = [], monotonic()
            yield Progress(done, len(wanted), tr("Importing images"))
    yield from notices(result)
    return result


def _choose(
    project: Project, files: Sequence[SourceFile], result: ImportResult
) -> Task[tuple[list[SourceFile], dict[Path, int]]]:
    """The files to look into, and the items of those among them that the project knows with another content."""
    known = {each.path: each for each in known_files(project)}
    wanted: list[SourceFile] = []
    changed: dict[Path, int] = {}
    for file in files:
        before = known.get(project.resolve_path(project.store_path(file.path)))
        if before is None:
            wanted.append(file)
            continue
        yield Progress(0, 0, tr("Looking for images"))
        if _has_changed(before):
            wanted.append(file)
            changed[file.path] = before.item
        else:
            result.unchanged += 1
    return wanted, changed


def _has_changed(known: Known) -> bool:
    """A file that cannot be read now is left as it is; Clean tells of it."""
    try:
        return known.has_changed()
    except OSError:
        return False


def _write(
    project: Project,
    thumbnails: Thumbnails,
    batch: list[Good | Refused],
    changed: Mapping[Path, int],
    result: ImportResult,
) -> None:
    """Keep a batch, all of it or nothing, and count it."""
    good = [outcome for outcome in batch if isinstance(outcome, Good)]
    refused = [outcome for outcome in batch if isinstance(outcome, Refused)]
    refreshed = {changed[each.item.path]: each.item for each in good if each.item.path in changed}
    with project.writing():
        added = add_items(project, (each.item for each in good if each.item.path not in changed))
        replace_items(project, refreshed)
        forget(project, (each.item.path for each in good))
        remember(project, refused)
        if refreshed:
            project.set_setting(REFRESHED, project.setting(REFRESHED, 0) + len(refreshed))
    thumbnails.put((each.item.pixel_sha256, each.jpeg) for each in good)
    result.imported += len(added)
    result.refreshed += len(refreshed)
    result.rejected += map(rejected, refused)
    result.frames += sum(int(each.item.scores.get("frames", 1)) - 1 for each in good)
    result.named += sum(each.named for each in good)
    result.burned_in += sum(each.item.fields.get("burned_in_text") == "YES" for each in good)


def _unmatched_sentence(unmatched: list[str]) -> str:
    return trn(
        "{n} row of the table names no file here: {first}.",
        "{n} rows of the table name no file here, the first: {first}.",
        len(unmatched),
        first=unmatched[0],
    )
