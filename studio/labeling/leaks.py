"""Leaks of the split: images that belong together on different sides, and what the user says to that."""

from collections.abc import Sequence

import msgspec

from models.events import Task
from studio.cleaning.leakage import LeakPair, leak_pairs
from studio.cleaning.relate import relate
from studio.labeling.frozen import runs_on_split
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.text import trn

_KEY = "known_leaks"


class Leaks(msgspec.Struct, frozen=True):
    """The pairs that prove it, and the runs that stand on the split that leaks."""

    pairs: tuple[LeakPair, ...]
    runs: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is wrong, in a sentence."""
        return trn(
            "{n} held-out image has a copy or a relative in training or validation: results on it look too good.",
            "{n} held-out images have a copy or a relative in training or validation: results on them look too good.",
            len({pair.second for pair in self.pairs}),
        )


def find_leaks(project: Project) -> Task[Leaks]:
    """All leaks of the split that stands, the surest first. Images are compared first, as far as they have not been;
    yields `Progress`."""
    yield from relate(project)
    return Leaks(tuple(leak_pairs(project)), tuple(runs_on_split(project)))


def open_leaks(project: Project) -> Task[Leaks]:
    """The leaks that the user has not answered yet, as `find_leaks`."""
    yield from relate(project)
    return unanswered_leaks(project)


def unanswered_leaks(project: Project) -> Leaks:
    """The same, as far as images have been compared."""
    known = {tuple(pair) for pair in project.setting(_KEY, [])}
    pairs = (pair for pair in leak_pairs(project) if (pair.first, pair.second) not in known)
    return Leaks(tuple(pairs), tuple(runs_on_split(project)))


def leave_leaks(project: Project, pairs: Sequence[LeakPair]) -> None:
    """Remember that the user knows of leaks and lets them be."""
    known = {tuple(pair) for pair in project.setting(_KEY, [])} | {(pair.first, pair.second) for pair in pairs}
    project.set_setting(_KEY, sorted(known))


def exclude_leaks(project: Project, pairs: Sequence[LeakPair], held_out: bool) -> Edit | None:
    """Set aside the held-out images of leaks, or those they are like; undoable."""
    aside = {pair.second if held_out else pair.first for pair in pairs}
    return edit(project, "exclude", "decision", dict.fromkeys(aside, "exclude"))
