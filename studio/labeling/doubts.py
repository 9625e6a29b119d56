"""Labels that are probably wrong, as a queue that the user answers: with the right label, or that it is right."""

from collections.abc import Iterable

import msgspec

from models.events import Task
from studio.cleaning import settings_of
from studio.cleaning.judge import FEWEST, Answers, answers, judge, suspicions
from studio.cleaning.judge import in_words as answers_in_words
from studio.cleaning.suspicious_label import SuspiciousLabel, SuspiciousLabelSettings
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.text import tr

WORTH_LOOKING = 0.1
"""Share of the next labels that must be expected to be wrong for a look at them to be worth the time."""


class Doubt(msgspec.Struct, frozen=True):
    """A label in doubt: the class that is likelier than the given one, and how probable (0..1) it is that the given one
    is wrong."""

    item: int
    given: str
    likelier: str
    probability: float


class Doubts(msgspec.Struct, frozen=True):
    """The queue that is left, the most doubtful first, what the answers so far say of it, and how many labels have been
    judged at all."""

    left: tuple[Doubt, ...]
    answers: Answers
    judged: int


def find_doubts(project: Project) -> Task[Doubts]:
    """The queue, after all labels have been judged as `studio.cleaning.judge.judge` does. Yields `Progress`."""
    yield from judge(project)
    return open_doubts(project)


def open_doubts(project: Project) -> Doubts:
    """The queue as far as labels have been judged; how doubtful a label must be is set with the check in Clean."""
    settings = settings_of(project, SuspiciousLabel)
    assert isinstance(settings, SuspiciousLabelSettings)
    decided = {row[0] for row in project.db.execute("SELECT id FROM item WHERE decision IS NOT NULL")}
    left = (row for row in suspicions(project, settings.probability / 100) if row["item_id"] not in decided)
    doubts = (Doubt(row["item_id"], row["given"], row["likelier"], row["probability"]) for row in left)
    (judged,) = project.db.execute("SELECT count(*) FROM suspicion").fetchone()
    return Doubts(tuple(doubts), answers(project), judged)


def confirm(project: Project, ids: Iterable[int]) -> Edit | None:
    """Say that labels are right: they leave the queue. Undoable."""
    return edit(project, "keep", "decision", dict.fromkeys(ids, "keep"))


def in_words(found: Doubts) -> str:
    """How well the queue does, and when it is no longer worth the time."""
    if not found.judged:
        return tr("No label has been judged yet: that takes {n} images of at least two classes.", n=FEWEST)
    if not found.left and not found.answers.looked_at:
        return tr("No label looks wrong.")
    words = answers_in_words(found.answers)
    if not found.left:
        return f"{words} {tr('Nothing is left to look at.')}"
    if found.answers.next_share < WORTH_LOOKING:
        return f"{words} {tr('The hit rate has fallen: you can stop here.')}"
    return words
