from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import msgspec

from models.events import Event
from studio.cleaning.check import Check, Effort, Finding
from studio.cleaning.near_copy import NearCopy
from studio.cleaning.relate import relate
from studio.cleaning.relative import Relative
from studio.cleaning.relatives import Kind, alike
from studio.project import Project
from studio.project.items import SIDES, USABLE
from studio.text import tr


class LeakPair(msgspec.Struct, frozen=True):
    """Two images (ids) that belong together but lie on different sides of the split: the first is nearer to training,
    the second is what leaks. likeness: up to 1, the same picture."""

    first: int
    second: int
    kind: Kind
    likeness: float


class Leakage(Check):
    """Images held out that have a copy, a near copy or a relative on a side that training sees earlier."""

    name = "leakage"
    title = "Leaks into the test"
    summary = (
        "The same picture or part on two sides of the split. What training has seen is no test:"
        " split again and keep relatives together."
    )
    effort = Effort.MUCH
    reads = ("images", "split", "excluded", "returned")
    follows = (NearCopy, Relative)
    by_eye = True

    def find(self, project: Project) -> Iterator[Finding | Event]:
        yield from relate(project)
        leaks: dict[int, list[LeakPair]] = defaultdict(list)
        for leak in leak_pairs(project):
            leaks[leak.second].append(leak)
        paths = dict(project.db.execute(f"SELECT id, path FROM item WHERE {USABLE}").fetchall()) if leaks else {}
        for item_id, each in sorted(leaks.items(), key=lambda leak: -leak[1][0].likeness):
            worst = each[0]
            reason = _reason(worst.kind, project.resolve_path(paths[worst.first]).name)
            related = tuple(dict.fromkeys(leak.first for leak in each))
            yield Finding(
                item_id, self.name, worst.likeness, reason, str(project.resolve_path(paths[item_id])), related
            )


def leak_pairs(project: Project) -> list[LeakPair]:
    """The proof that the split leaks: usable images that belong together (see `alike`) on different sides, copies
    first, then near copies, then relatives; none when nothing leaks or nothing is split.

    Each image that leaks is paired with one image of every other picture alike and side before. An image that was never
    split counts as training. As far as images have been compared: run `studio.cleaning.relate.relate` first.
    """
    shown = _shown(project)
    leaks = []
    for pair in alike(project):
        for one, another in dict.fromkeys([(pair.first, pair.second), (pair.second, pair.first)]):
            for before, after in combinations(SIDES, 2):
                seen, leaked = shown[one, before], shown[another, after]
                leaks += [LeakPair(seen[0], each, pair.kind, pair.likeness) for each in leaked if seen]
    return leaks


def _shown(project: Project) -> dict[tuple[str, str], list[int]]:
    """The usable images by picture and side."""
    shown: dict[tuple[str, str], list[int]] = defaultdict(list)
    rows = project.db.execute(f"SELECT id, pixel_sha256, coalesce(split, 'train') FROM item WHERE {USABLE} ORDER BY id")
    for item_id, name, side in rows:
        shown[name, side].append(item_id)
    return shown


def _reason(kind: Kind, name: str) -> str:
    if kind == "copy":
        return tr("The same picture as {name}, which is on another side of the split.", name=name)
    if kind == "near_copy":
        return tr("Nearly the same picture as {name}, which is on another side of the split.", name=name)
    return tr("A relative of {name}, which is on another side of the split.", name=name)
