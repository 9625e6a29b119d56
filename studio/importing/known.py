"""Files that the project has already, and whether they are still what they were."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from studio.imaging.read import file_digest
from studio.project import Project
from studio.project.part import Part

_KNOWN = """
    SELECT id, path, part, sha256, said, size.value AS size, modified.value AS modified FROM item
    LEFT JOIN score AS size ON size.item_id = id AND size.name = 'bytes'
    LEFT JOIN score AS modified ON modified.item_id = id AND modified.name = 'modified'
    WHERE origin = 'real' ORDER BY id
"""


class Known(msgspec.Struct, frozen=True):
    """The file of an item as it was imported. `said`: see `annotations`; `size` in bytes, `modified` in seconds since
    1970."""

    item: int
    path: Path
    part: Part
    sha256: str
    said: str
    size: float | None
    modified: float | None

    def has_changed(self) -> bool:
        """Copying a folder changes the times of its files, so only another content counts. Raises `OSError`."""
        status = self.path.stat()
        if (status.st_size, status.st_mtime) == (self.size, self.modified):
            return False
        return file_digest(self.path) != self.sha256


def known_files(project: Project) -> Iterator[Known]:
    """The files of all real images, in the order in which they came, read as they are taken."""
    for row in project.db.execute(_KNOWN):
        yield Known(row[0], project.resolve_path(row[1]), Part.decode(row[2]), *row[3:])
