from collections import defaultdict
from collections.abc import Iterator
from sqlite3 import Row

from models.events import Event
from studio.cleaning.check import Check, Effort, Finding
from studio.cleaning.near_copy import NearCopy
from studio.cleaning.pairs import LikenessSettings, other, pairs
from studio.cleaning.relate import expected_false, relate, relatives
from studio.cleaning.settings import settings_of
from studio.project import Project
from studio.text import tr, trn


class Relative(Check):
    """Images of the same part, or of parts that were made alike, but for copies; all of them are found."""

    name = "relative"
    title = "Relatives"
    summary = (
        "The same part shot again, or parts cut from one piece. They may stay, but on one side of the split:"
        " a test on the relatives of training images shows too good a result."
    )
    effort = Effort.MUCH
    follows = (NearCopy,)
    Settings = LikenessSettings
    settings: LikenessSettings
    by_eye = True

    def find(self, project: Project) -> Iterator[Finding | Event]:
        yield from relate(project)
        related = _by_name(relatives(project, self.settings.likeness), _copied(project))
        shown = _shown(project, related)
        found = [
            finding
            for name, mine in related.items()
            for row in shown[name]
            for finding in self._finding(project, row, _in_other_files(row, mine, shown))
        ]
        yield from sorted(found, key=lambda finding: -finding.score)

    def _finding(self, project: Project, row: Row, others: list[tuple[Row, Row]]) -> Iterator[Finding]:
        if others:
            best, nearest = others[0]
            reason = _reason(project, nearest, best, len({pair for pair, _ in others}))
            ids = tuple(other["id"] for _, other in others)
            yield Finding(row["id"], self.name, best["value"], reason, str(project.resolve_path(row["path"])), ids)

    def expected_false(self, project: Project, found: int) -> float | None:
        return expected_false(project, self.settings.likeness)


def _copied(project: Project) -> set[frozenset[str]]:
    settings = settings_of(project, NearCopy)
    assert isinstance(settings, LikenessSettings)
    return {frozenset((pair["first"], pair["second"])) for pair in pairs(project, settings.likeness)}


def _by_name(rows: list[Row], copied: set[frozenset[str]]) -> dict[str, list[Row]]:
    """The pairs of each picture, the most alike first, without near copies."""
    related: dict[str, list[Row]] = defaultdict(list)
    for pair in rows:
        names = pair["first"], pair["second"]
        if frozenset(names) not in copied:
            for name in names:
                related[name].append(pair)
    return related


def _in_other_files(row: Row, pairs: list[Row], shown: dict[str, list[Row]]) -> list[tuple[Row, Row]]:
    """The images that are related to one, each with its pair: slices, tiles and frames of one file are alike by nature,
    and no finding."""
    related = ((pair, each) for pair in pairs for each in shown[other(pair, row["pixel_sha256"])])
    return [(pair, each) for pair, each in related if each["path"] != row["path"]]


def _shown(project: Project, names: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The images that show each picture."""
    shown: dict[str, list[Row]] = {name: [] for name in names}
    for row in project.db.execute("SELECT id, path, pixel_sha256 FROM item WHERE origin = 'real' ORDER BY id"):
        if row["pixel_sha256"] in shown:
            shown[row["pixel_sha256"]].append(row)
    return shown


def _reason(project: Project, nearest: Row, pair: Row, count: int) -> str:
    name, share = project.resolve_path(nearest["path"]).name, 100 * pair["value"]
    if pair["turned"]:
        found = tr("The same marks as in {name}, turned upside down ({share:.0f} %).", name=name, share=share)
    else:
        found = tr("The same marks as in {name} ({share:.0f} %).", name=name, share=share)
    more = trn("{n} image more is related.", "{n} images more are related.", count - 1) if count > 1 else ""
    return f"{found} {more}".rstrip()
