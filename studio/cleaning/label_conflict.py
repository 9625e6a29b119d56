from collections.abc import Callable, Iterator
from sqlite3 import Row

from models.events import Event
from studio.cleaning.check import Check, Effort, Finding
from studio.cleaning.pairs import LikenessSettings, expected_false, pairs
from studio.cleaning.relate import relate, relatives
from studio.project import Project
from studio.project.items import USABLE
from studio.text import tr

Reason = Callable[[Project, Row, Row], str]


class LabelConflict(Check):
    """Copies, near copies and relatives with different labels; both are found, for either may be right."""

    name = "label_conflict"
    title = "Contradicting labels"
    summary = (
        "The same picture or part with two labels. One of them may be wrong:"
        " correct it in Label, or set one image aside."
    )
    effort = Effort.MUCH
    reads = ("images", "labels", "excluded", "returned")
    Settings = LikenessSettings
    settings: LikenessSettings
    by_eye = True

    def find(self, project: Project) -> Iterator[Finding | Event]:
        yield from relate(project)
        labeled = _labeled(project)
        found: set[int] = set()
        for reason, first, second, value in self._pairs(project, labeled):
            for one, another in ((first, second), (second, first)):
                if one["id"] not in found:
                    found.add(one["id"])
                    path = str(project.resolve_path(one["path"]))
                    yield Finding(one["id"], self.name, value, reason(project, one, another), path, (another["id"],))

    def expected_false(self, project: Project, found: int) -> float | None:
        return expected_false(project, self.settings.likeness)

    def _pairs(self, project: Project, labeled: dict[str, list[Row]]) -> Iterator[tuple[Reason, Row, Row, float]]:
        """Images that contradict each other, why, and how alike they are: the same picture, then the same part.

        Neighboring slices and tiles of one file are alike by nature, and may differ in their labels.
        """
        alike = [(_same_picture, name, name, 1.0) for name in labeled]
        for reason, rows in (
            (_same_picture, pairs(project, self.settings.likeness)),
            (_same_part, relatives(project, self.settings.likeness)),
        ):
            alike += [(reason, row["first"], row["second"], row["value"]) for row in rows]
        for reason, first_name, second_name, value in alike:
            for first in labeled.get(first_name, ()):
                for second in labeled.get(second_name, ()):
                    is_neighbor = first_name != second_name and first["path"] == second["path"]
                    if first["label"] != second["label"] and not is_neighbor:
                        yield reason, first, second, value


def _labeled(project: Project) -> dict[str, list[Row]]:
    """The usable images with a label by the hash of their pixels."""
    labeled: dict[str, list[Row]] = {}
    for row in project.db.execute(
        "SELECT item.id, path, pixel_sha256, class.name AS label FROM item JOIN class ON class.id = class_id"
        f" WHERE {USABLE} ORDER BY item.id"
    ):
        labeled.setdefault(row["pixel_sha256"], []).append(row)
    return labeled


def _same_picture(project: Project, one: Row, another: Row) -> str:
    return tr(
        "Labeled “{label}”, but {name} shows the same and is labeled “{other}”.",
        label=one["label"],
        name=project.resolve_path(another["path"]).name,
        other=another["label"],
    )


def _same_part(project: Project, one: Row, another: Row) -> str:
    return tr(
        "Labeled “{label}”, but {name} has the same marks and is labeled “{other}”.",
        label=one["label"],
        name=project.resolve_path(another["path"]).name,
        other=another["label"],
    )
