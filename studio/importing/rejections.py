"""Files that could not be imported, and why; they stay listed until an import of them succeeds."""

from collections.abc import Iterable
from pathlib import Path, PurePath

import msgspec

from studio.imaging.unreadable import sentence
from studio.importing.examine import Refused
from studio.project import Project


class Rejected(msgspec.Struct, frozen=True):
    """A file that is no usable image; `reason` is a sentence in the user's language."""

    file: str
    reason: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return PurePath(self.file).name


def rejections(project: Project) -> list[Rejected]:
    """Everything that imports refused so far."""
    rows = project.db.execute("SELECT path, reason, details FROM rejection ORDER BY path")
    return [
        Rejected(str(project.resolve_path(path)), sentence(reason, **msgspec.json.decode(details)))
        for path, reason, details in rows
    ]


def rejected(refused: Refused) -> Rejected:
    return Rejected(_readable(str(refused.path)), sentence(refused.reason, **refused.details))


def remember(project: Project, refused: Iterable[Refused]) -> None:
    """List files as rejected."""
    rows = (
        (_readable(project.store_path(each.path)), each.reason, msgspec.json.encode(each.details).decode())
        for each in refused
    )
    with project.writing() as db:
        db.executemany("REPLACE INTO rejection VALUES (?, ?, ?)", rows)


def forget(project: Project, paths: Iterable[Path]) -> None:
    """Files that came in after all are no longer listed."""
    if project.db.execute("SELECT 1 FROM rejection LIMIT 1").fetchone() is None:
        return
    with project.writing() as db:
        db.executemany("DELETE FROM rejection WHERE path = ?", ((project.store_path(path),) for path in paths))


def _readable(path: str) -> str:
    """A path that can be shown and stored: names need not be valid Unicode on every system."""
    return path.encode("utf-8", "replace").decode("utf-8")
