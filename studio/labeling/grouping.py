"""Groups of images that are of the same thing (a patient, a part, a wafer) and have to stay on one side of a split."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from models.events import Progress, Task
from studio.components import components
from studio.errors import UserError
from studio.labeling.belonging import belonging_fields
from studio.labeling.name_pattern import compile_pattern, group_of
from studio.project import Project
from studio.project.items import FILE_ORDER, USABLE
from studio.project.part import Part
from studio.text import tr

Groups = dict[int, str]
"""The group of items by their ids; an item that is left out is a group of its own."""

BELONGING, NAME, ORDER, RELATIVES = "belonging", "name:", "order:", "relatives"


def find_groups(project: Project, *by: str) -> Task[Groups]:
    """The groups of the usable images; where `by` names several ways, what any of them puts together is together.

    A way is a field of the items; "belonging", whatever fields keep together plainly, see `belonging_fields`;
    "name:PATTERN", the part of the file's name that a pattern finds, see `compile_pattern`; "order:N", blocks of N
    files in the order of their names, for shots in a row; or "relatives", copies and images of the same thing as far as
    their pixels tell. Yields `Progress`. Raises `UserError`.
    """
    found = []
    for way in by:
        if way == RELATIVES:
            found.append((yield from _by_relatives(project)))
        else:
            yield Progress(0, 0, tr("Finding groups"))
            found.append(_quick_groups(project, way))
    return found[0] if len(found) == 1 else _joined(found)


def group_fields(project: Project) -> list[str]:
    """The fields of the images that can keep groups together."""
    rows = project.db.execute("SELECT DISTINCT key FROM item, json_each(item.fields) ORDER BY key")
    return [row[0] for row in rows if row[0] != FILE_ORDER]


def _quick_groups(project: Project, way: str) -> Groups:
    if way == BELONGING:
        return _joined([_by_field(project, field) for field in belonging_fields(project)])
    for prefix, find in _BY_PREFIX.items():
        if way.startswith(prefix):
            return find(project, way.removeprefix(prefix))
    return _by_field(project, way)


def _by_relatives(project: Project) -> Task[Groups]:
    from studio.cleaning.relate import relate
    from studio.cleaning.relatives import groups

    yield from relate(project)
    return {item_id: str(group) for item_id, group in groups(project).items()}


def _joined(groupings: Sequence[Groups]) -> Groups:
    """Groups of several kinds as one: whoever shares a group of any kind, directly or through others, shares one."""
    members: dict[tuple[int, str], list[int]] = defaultdict(list)
    for kind, groups in enumerate(groupings):
        for item_id, group in groups.items():
            members[kind, group].append(item_id)
    pairs = ((ids[0], item_id) for ids in members.values() for item_id in ids)
    return {item_id: str(group) for item_id, group in components(pairs).items()}


def _by_field(project: Project, field: str) -> Groups:
    rows = project.db.execute(
        f"SELECT item.id, value FROM item, json_each(item.fields) WHERE {USABLE} AND key = ? AND value != ''", (field,)
    )
    groups = {row[0]: row[1] for row in rows}
    if not groups:
        known = ", ".join(group_fields(project)) or "–"
        raise UserError(tr("No image has a field “{field}”. There are: {known}.", field=field, known=known))
    return groups


def _by_name(project: Project, pattern: str) -> Groups:
    compiled = compile_pattern(pattern)
    rows = project.db.execute(f"SELECT id, path FROM item WHERE {USABLE}")
    found = {row["id"]: group_of(compiled, PurePosixPath(row["path"]).stem) for row in rows}
    groups = {item_id: group for item_id, group in found.items() if group is not None}
    if not groups:
        raise UserError(tr("No file's name fits the pattern “{pattern}”.", pattern=pattern))
    return groups


def _by_order(project: Project, length: str) -> Groups:
    if not length.isdecimal() or int(length) < 1:
        raise UserError(tr("“{length}” is not a number of images in a row, such as 10.", length=length))
    rows = project.db.execute(f"SELECT id, path, part FROM item WHERE {USABLE}").fetchall()
    rows.sort(key=lambda row: _natural(f"{row['path']}\n{Part.decode(row['part']).frame or 0}\n{row['id']}"))
    return {row["id"]: str(number // int(length) + 1) for number, row in enumerate(rows)}


def _natural(text: str) -> str:
    """A key that sorts 9 before 10. One text: lists of many keys would stop the window while they are compared."""
    return re.sub(r"\d+", lambda number: number[0].zfill(20), text)


_BY_PREFIX: dict[str, Callable[[Project, str], Groups]] = {NAME: _by_name, ORDER: _by_order}
