from collections.abc import Iterator
from itertools import groupby
from sqlite3 import Row

from studio.cleaning.check import Check, Finding
from studio.project import Project
from studio.text import tr

_COPIES = """
    SELECT item.id, path, sha256, pixel_sha256, class.name AS label FROM item LEFT JOIN class ON class.id = class_id
    WHERE origin = 'real' AND pixel_sha256 IN (
        SELECT pixel_sha256 FROM item WHERE origin = 'real' GROUP BY pixel_sha256 HAVING count(*) > 1)
    ORDER BY pixel_sha256, decision IS NOT 'keep', decision IS 'exclude', class_id IS NULL, length(path), item.id
"""
"""The best of each group first: with equal rights the shorter name, for copies are called “cell (1)”, “cell - copy”."""


class ExactCopy(Check):
    """Images equal in every pixel, be their files equal or not; the best of each group is not found."""

    name = "exact_copy"
    title = "Exact copies"
    summary = (
        "The same picture more than once. A copy counts double in training, and spoils the test when it is in both."
    )
    reads = ("images", "labels", "excluded", "returned")

    def find(self, project: Project) -> Iterator[Finding]:
        for _, group in groupby(project.db.execute(_COPIES).fetchall(), lambda row: row["pixel_sha256"]):
            best, *copies = group
            for copy in copies:
                path = str(project.resolve_path(copy["path"]))
                yield Finding(copy["id"], self.name, 1, _reason(project, copy, best), path, (best["id"],))


def _reason(project: Project, copy: Row, best: Row) -> str:
    name = project.resolve_path(best["path"]).name
    if copy["label"] is not None and best["label"] != copy["label"]:
        return tr("Copy of {name}, which is labeled “{label}”.", name=name, label=best["label"])
    if copy["sha256"] == best["sha256"]:
        return tr("Copy of {name}.", name=name)
    return tr("Same pixels as {name}, in another file.", name=name)
