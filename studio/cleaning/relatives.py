"""Pictures that belong together, because they are copies, near copies or relatives: for splits, and for labels."""

from collections.abc import Iterable
from sqlite3 import Row
from typing import Literal

import msgspec

from studio.cleaning.check import Check
from studio.cleaning.near_copy import NearCopy
from studio.cleaning.pairs import LikenessSettings, pairs
from studio.cleaning.relate import relatives
from studio.cleaning.relative import Relative
from studio.cleaning.settings import settings_of
from studio.components import components
from studio.project import Project
from studio.project.items import USABLE

Kind = Literal["copy", "near_copy", "relative"]


class Alike(msgspec.Struct, frozen=True):
    """Two pictures (pixel hashes) that belong together; likeness up to 1, the same picture."""

    first: str
    second: str
    kind: Kind
    likeness: float


def alike(project: Project) -> list[Alike]:
    """Pairs of pictures that belong together: copies (a picture with itself), near copies, then what is no more than a
    relative; each kind with the most alike first, and as its check is set.

    As far as images have been compared: run `studio.cleaning.relate.relate` first.
    """
    copied = project.db.execute(
        f"SELECT pixel_sha256 FROM item WHERE {USABLE} GROUP BY pixel_sha256 HAVING count(*) > 1 ORDER BY min(id)"
    )
    copies = [Alike(row[0], row[0], "copy", 1.0) for row in copied]
    near = _alike("near_copy", pairs(project, _likeness(project, NearCopy)))
    related = _alike("relative", relatives(project, _likeness(project, Relative)))
    known = {frozenset((pair.first, pair.second)) for pair in near}
    return copies + near + [pair for pair in related if frozenset((pair.first, pair.second)) not in known]


def groups(project: Project) -> dict[int, int]:
    """The group of each usable image that belongs together with another, directly or through others: the smallest id
    in it. As far as images have been compared, see `alike`."""
    links: list[tuple[int, int]] = []
    shown: dict[str, int] = {}
    for item_id, name in project.db.execute(f"SELECT id, pixel_sha256 FROM item WHERE {USABLE} ORDER BY id"):
        if shown.setdefault(name, item_id) != item_id:
            links.append((shown[name], item_id))
    links += [
        (shown[pair.first], shown[pair.second])
        for pair in alike(project)
        if pair.kind != "copy" and pair.first in shown and pair.second in shown
    ]
    return components(links)


def _alike(kind: Kind, rows: Iterable[Row]) -> list[Alike]:
    return [Alike(row["first"], row["second"], kind, row["value"]) for row in rows]


def _likeness(project: Project, check: type[Check]) -> float:
    settings = settings_of(project, check)
    assert isinstance(settings, LikenessSettings)
    return settings.likeness
