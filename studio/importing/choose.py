"""Which files of an import are looked into, and what is to be done with those that the project has already."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from models.events import Progress, Task
from studio.importing.annotations import Said, said_of
from studio.importing.gather import LISTED, is_dicom
from studio.importing.known import Known, known_files
from studio.importing.options import WHOLE_IMAGES, ImportOptions
from studio.importing.source import SourceFile
from studio.project import Project
from studio.project.items import FILE_ORDER
from studio.project.part import Part
from studio.text import tr

Place = tuple[Path, Part]
"""File and part of an image."""


class Chosen(msgspec.Struct):
    """What is to be done with the files of an import.

    wanted: those to look into. changed: items whose file has another content since, by place. told_anew: what is known
    so far of items of which sources say something else than before, by place; said: the same of those that need not be
    looked into. unchanged: how many images are there already.
    """

    wanted: list[SourceFile] = []
    changed: dict[Place, int] = {}
    told_anew: dict[Place, Said] = {}
    said: list[Said] = []
    unchanged: int = 0


def choose(project: Project, files: Sequence[SourceFile], options: ImportOptions, key: bytes) -> Task[Chosen]:
    """key: the project's `pseudonym_key`."""
    known: dict[Path, list[Known]] = {}
    for number, each in enumerate(known_files(project)):
        if number % LISTED == 0:
            yield Progress(0, 0, tr("Looking for images"))
        known.setdefault(each.path, []).append(each)
    chosen = Chosen()
    for number, file in enumerate(files):
        if number % LISTED == 0:
            yield Progress(0, 0, tr("Looking for images"))
        before = known.get(project.resolve_path(project.store_path(file.path)))
        if before is None:
            fields = {FILE_ORDER: str(len(known) + len(chosen.wanted))} | file.fields
            chosen.wanted.append(msgspec.structs.replace(file, fields=fields))
        else:
            _choose_known(chosen, file, before, options, key)
    return chosen


def _choose_known(
    chosen: Chosen, file: SourceFile, before: Sequence[Known], options: ImportOptions, key: bytes
) -> None:
    """A file whose images came in before is looked into for another content, for marks that are to be drawn, and with
    options that may bring in more of it."""
    digest = said_of(file, key)
    told = {
        (file.path, each.part): Said(each.item, file.label, file.split, file.fields, (), digest, file.by_folder)
        for each in before
        if each.said != digest
    }
    has_changed = _has_changed(before[0])
    if has_changed:
        chosen.changed |= {(file.path, each.part): each.item for each in before}
    if told and not has_changed and not file.marks and not is_dicom(file.path):  # whose header has a say in it
        chosen.said += told.values()
        told = {}
    chosen.told_anew |= told
    if told or has_changed or options != WHOLE_IMAGES:
        chosen.wanted.append(file)
    else:
        chosen.unchanged += len(before)


def _has_changed(known: Known) -> bool:
    """A file that cannot be read now is left as it is; Clean tells of it."""
    try:
        return known.has_changed()
    except OSError:
        return False
