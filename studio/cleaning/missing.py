import hashlib
from collections.abc import Iterator
from pathlib import Path

from studio.cleaning.check import Check, Finding
from studio.project import Project
from studio.text import tr


class Missing(Check):
    """Files that are gone or hold something else than when they were imported."""

    name = "missing"
    title = "Missing or changed files"
    summary = "Files that were moved, deleted or edited since they were imported. Training cannot use them."

    def find(self, project: Project) -> Iterator[Finding]:
        rows = project.db.execute(
            "SELECT id, path, sha256, size.value AS size, modified.value AS modified FROM item"
            " LEFT JOIN score AS size ON size.item_id = id AND size.name = 'bytes'"
            " LEFT JOIN score AS modified ON modified.item_id = id AND modified.name = 'modified'"
            " WHERE origin = 'real' ORDER BY id"
        ).fetchall()
        for row in rows:
            path = project.resolve_path(row["path"])
            if not path.is_file():
                yield Finding(row["id"], self.name, 1, tr("The file is not there any more."), str(path))
            elif _has_changed(path, row["size"], row["modified"], row["sha256"]):
                yield Finding(row["id"], self.name, 1, tr("The file has changed since it was imported."), str(path))


def _has_changed(path: Path, size: float | None, modified: float | None, sha256: str) -> bool:
    """Copying a folder changes the times of its files, so only another content counts."""
    status = path.stat()
    if (status.st_size, status.st_mtime) == (size, modified):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() != sha256
