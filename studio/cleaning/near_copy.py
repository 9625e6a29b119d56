from collections.abc import Iterator
from sqlite3 import Row

from models.events import Event
from studio.cleaning.check import Check, Finding
from studio.cleaning.compare import compare
from studio.cleaning.pair_records import CROPPED
from studio.cleaning.pairs import LikenessSettings, expected_false, other, pairs
from studio.project import Project
from studio.text import tr

_BEST_FIRST = """
    SELECT item.id, path, pixel_sha256, class.name AS label FROM item LEFT JOIN class ON class.id = class_id
    LEFT JOIN score AS bytes ON bytes.item_id = item.id AND bytes.name = 'bytes'
    WHERE origin = 'real'
    ORDER BY decision IS NOT 'keep', decision IS 'exclude', width * height DESC, depth DESC,
        CAST(4 * bytes.value / width / height AS INTEGER) DESC, class_id IS NULL, length(path), item.id
"""
"""The largest and least compressed, in quarters of a byte a pixel: two files of the same kind hardly ever weigh the
same."""


class NearCopy(Check):
    """Images that show the same but differ in pixels; of each group the best is not found."""

    name = "near_copy"
    title = "Near copies"
    summary = (
        "The same picture saved again, resized, cropped, brighter, noisier, mirrored or turned."
        " They count double in training, and spoil the test when they are in both."
    )
    reads = ("images", "labels", "excluded", "returned")
    Settings = LikenessSettings
    settings: LikenessSettings

    def find(self, project: Project) -> Iterator[Finding | Event]:
        yield from compare(project)
        alike: dict[str, list[Row]] = {}
        for pair in pairs(project, self.settings.likeness):
            alike.setdefault(pair["first"], []).append(pair)
            alike.setdefault(pair["second"], []).append(pair)
        yield from sorted(_copies(project, alike), key=lambda finding: -finding.score)

    def expected_false(self, project: Project, found: int) -> float | None:
        return expected_false(project, self.settings.likeness)


def _copies(project: Project, alike: dict[str, list[Row]]) -> Iterator[Finding]:
    """What is like an image that stays; each is named with the one it resembles most, never through a third.

    Neighboring slices and tiles of one file are alike by nature, and no copies of each other.
    """
    stays: dict[str, Row] = {}
    for row in project.db.execute(_BEST_FIRST).fetchall():
        name = row["pixel_sha256"]
        if name in stays or name not in alike:
            continue
        kept = ((pair, stays.get(other(pair, name))) for pair in alike[name])
        best = next((pair for pair, stay in kept if stay is not None and stay["path"] != row["path"]), None)
        if best is None:
            stays[name] = row
        else:
            original = stays[other(best, name)]
            path = str(project.resolve_path(row["path"]))
            reason = _reason(project, original, best)
            yield Finding(row["id"], NearCopy.name, best["value"], reason, path, (original["id"],))


def _reason(project: Project, original: Row, pair: Row) -> str:
    name, share = project.resolve_path(original["path"]).name, 100 * pair["value"]
    if pair["turn"] == CROPPED:
        return tr("Like {name}, but for the margins ({share:.0f} %).", name=name, share=share)
    if pair["turn"]:
        return tr("Like {name}, mirrored or turned ({share:.0f} %).", name=name, share=share)
    return tr("Like {name} ({share:.0f} %).", name=name, share=share)
