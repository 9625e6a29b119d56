"""The split is frozen while runs stand on it: another one would make their figures answer another question."""

from collections.abc import Mapping

import msgspec

from studio.errors import UserError
from studio.project import Project
from studio.project.items import USABLE
from studio.project.versions import Version
from studio.text import tr


class SplitFrozen(UserError):
    """A split that runs stand on would change."""


def runs_on_split(project: Project) -> list[str]:
    """The runs that were trained and judged with the split that stands, oldest first.

    Images that came or were set aside since do not matter: a run stands on the split as long as no image that it
    learned from or was judged by has changed sides.
    """
    if not project.db.execute("SELECT 1 FROM item WHERE split IS NOT NULL LIMIT 1").fetchone():
        return []
    rows = project.db.execute(f"SELECT id, coalesce(split, 'train') FROM item WHERE {USABLE}")
    sides = {row[0]: row[1] for row in rows}
    versions = project.db.execute("SELECT hash, manifest FROM version WHERE hash IN (SELECT version FROM run)")
    standing = {row[0] for row in versions if _stands(msgspec.json.decode(row[1], type=Version), sides)}
    known = project.db.execute("SELECT name, version FROM run ORDER BY created, name")
    return [row["name"] for row in known if row["version"] in standing]


def is_frozen(project: Project) -> bool:
    """Whether a run used the split that stands."""
    return bool(runs_on_split(project))


def check_thawed(project: Project, wanted: Mapping[int, str]) -> None:
    """Raises `SplitFrozen` when images are wanted on other sides than runs that stand on the split knew them on."""
    rows = project.db.execute(f"SELECT id, split FROM item WHERE {USABLE} AND split IS NOT NULL")
    if all(wanted.get(row[0]) == row[1] for row in rows):
        return
    if used := runs_on_split(project):
        raise SplitFrozen(
            tr(
                "The split is frozen: {runs} learned and were judged with it, and a new one makes their figures hard to"
                " compare with those of later runs. Thaw it to split again.",
                runs=", ".join(used),
            )
        )


def _stands(version: Version, sides: Mapping[int, str]) -> bool:
    members = (("train", version.train), ("validation", version.validation), ("test", version.test))
    return all(sides.get(member.item, side) == side for side, kept in members for member in kept)
