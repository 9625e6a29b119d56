"""What sources say now of images that came in before: labels, splits, marks and fields that appeared or changed later.

They are taken over as one action that can be undone, but never against what the user said by hand: that stays, and
where the two contradict each other it is listed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from studio.importing.pseudonyms import pseudonym
from studio.importing.source import Problem, SourceFile
from studio.project import Project
from studio.project.edits import ANNOTATE, edit_fields
from studio.project.items import FILE_ORDER, Item, class_id_of, items
from studio.project.regions import Region, encode_regions, regions
from studio.text import tr


class Said(NamedTuple):
    """What sources say of an item, by its id; what they leave open is empty. digest: that of `said_of`. by_folder: the
    label is only a folder's name, which counts where there is none: files that were moved keep theirs."""

    item: int
    label: str | None
    split: str | None
    fields: dict[str, str]
    marked: Sequence[Region]
    digest: str
    by_folder: bool


class TakenOver(NamedTuple):
    """How many images changed, and what was not taken over because the user had said otherwise."""

    changed: int
    conflicts: list[Problem]


def said_of(file: SourceFile, key: bytes) -> str:
    """Digits that change when sources say something else of a file; none where they say nothing.

    Keyed by the project's `pseudonym_key`: a folder may be named after a patient.
    """
    fields = sorted((name, value) for name, value in file.fields.items() if name != FILE_ORDER)
    if not (file.label or file.split or file.marks or fields):
        return ""
    content = msgspec.json.encode((file.label, file.split, fields, file.marks), enc_hook=_state)
    return pseudonym(key, "said", content.decode())


def _state(mask: Path) -> tuple[str, int, int]:
    """Of a file of marks: they change with it."""
    try:
        status = mask.stat()
    except OSError:  # said when it is read
        return mask.name, 0, 0
    return mask.name, status.st_size, status.st_mtime_ns


def take_over(project: Project, found: Iterable[Said]) -> TakenOver:
    """Let sources say what they say now; all of it in one transaction."""
    said = {each.item: each for each in found}
    by_hand = _by_hand(project)
    changes: dict[str, dict[int, Any]] = {name: {} for name in ("class_id", "split", "regions", "fields")}
    conflicts: list[Problem] = []
    with project.writing() as db:
        for item in _those(project, said):
            for name, value, conflict in _differences(project, item, said[item.id]):
                if (item.id, name) in by_hand:
                    conflicts += [Problem(str(item.path), conflict)] if conflict else []
                else:
                    changes[name][item.id] = value
        edit = edit_fields(project, ANNOTATE, changes)
        db.executemany("UPDATE item SET said = ? WHERE id = ?", ((each.digest, each.item) for each in said.values()))
    return TakenOver(0 if edit is None else edit.count, conflicts)


def _by_hand(project: Project) -> set[tuple[int, str]]:
    """The items and columns that the user set."""
    query = "SELECT item_id, field FROM edit_change JOIN edit ON edit.id = edit_id WHERE NOT undone AND kind != ?"
    return {(item_id, field) for item_id, field in project.db.execute(query, (ANNOTATE,))}


def _those(project: Project, said: Mapping[int, Said]) -> Iterator[Item]:
    ids = msgspec.json.encode(list(said)).decode()
    yield from list(items(project, "id IN (SELECT value FROM json_each(?))", (ids,)))


def _differences(project: Project, item: Item, said: Said) -> Iterator[tuple[str, Any, str]]:
    """Columns for which sources say something else than the project: the new value, and a sentence on the conflict."""
    if said.label and said.label != item.label and not (said.by_folder and item.label):
        yield "class_id", class_id_of(project, said.label), _on_label(item.label, said.label)
    if said.split and said.split != item.split:
        yield "split", said.split, tr("The annotations have it for {side}: it stays as you split.", side=said.split)
    if said.marked and encode_regions(said.marked) != encode_regions(regions(project, [item.id]).get(item.id, ())):
        yield "regions", encode_regions(said.marked), tr("Other things are marked in it now: your own marks stay.")
    if said.fields.items() - item.fields.items():
        yield "fields", msgspec.json.encode(item.fields | said.fields).decode(), ""


def _on_label(own: str | None, theirs: str) -> str:
    if own is None:
        return tr("You took its label away, the annotations say “{theirs}”: it stays without.", theirs=theirs)
    return tr("You labeled it “{own}”, the annotations say “{theirs}”: yours stays.", own=own, theirs=theirs)
