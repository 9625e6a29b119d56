"""All labels of a project judged by a classifier on features, for the check that queues the suspicious ones."""

from collections import Counter
from sqlite3 import Row

import msgspec
import numpy as np

from models.events import Task
from studio.cleaning.confident_learning import confidently_other, wrong_shares
from studio.cleaning.listing import listed
from studio.cleaning.relate import relate
from studio.cleaning.relatives import groups
from studio.imaging.features import principal_features
from studio.labeling.classifier import out_of_fold
from studio.project import Project
from studio.project.items import USABLE
from studio.text import tr, trn

FEWEST = 10
"""Images of a class from which it can be learned what its images look like."""
LEAST = 0.02
"""Probability of being wrong from which a label is worth a look; changing another one means that all are judged
again."""
PRIOR = 5
"""Wrong labels, as expected, that the user's answers are weighed against."""
NEXT = 20
"""Images of the queue that lie ahead."""


class Answers(msgspec.Struct, frozen=True):
    """What the user said of the queue so far: labels looked at, and those of them that were wrong.

    correction: how often labels looked at were wrong, compared with what was expected of them; near 1 at first.
    next_share: the share of the next `NEXT` that is expected to be wrong, 0..1.
    """

    looked_at: int
    wrong: int
    correction: float
    next_share: float


def judge(project: Project) -> Task[None]:
    """Bring the table `suspicion` up to date. Yields `Progress`; does nothing while the user has only answered.

    Five classifiers learn from four fifths of the labeled usable images each and judge the others; images that belong
    together are never on both sides. Classes of fewer than `FEWEST` images are left out, and there must be two.
    """
    yield from relate(project)
    if not _is_out_of_date(project):
        return
    labeled = _judgeable(project)
    names, labels = np.unique([row["class_id"] for row in labeled], return_inverse=True)
    if len(names) < 2:
        _remember(project, [])
        return
    chosen = yield from listed(project, [row["id"] for row in labeled])
    rows = yield from principal_features(project, chosen)
    group = groups(project)
    together = [group.get(row["id"], row["id"]) for row in labeled]
    # The features of what cannot be read any more are unknown: as if it looked like all classes.
    probabilities = yield from out_of_fold(np.nan_to_num(rows), labels, len(names), together)
    likelier = probabilities.copy()
    likelier[np.arange(len(labels)), labels] = -1
    columns = (
        [row["id"] for row in labeled],
        names[labels].tolist(),
        names[likelier.argmax(1)].tolist(),
        wrong_shares(labels, probabilities).tolist(),
        confidently_other(labels, probabilities).tolist(),
    )
    _remember(project, list(zip(*columns, strict=True)))


def suspicions(project: Project, least: float) -> list[Row]:
    """The queue: rows with item_id, path, given and likelier (names of classes), probability, confident; the most
    suspicious first, of the labels that stand as they were judged and are wrong with a probability of at least
    `least`."""
    return project.db.execute(
        "SELECT item_id, path, one.name AS given, another.name AS likelier, probability, confident FROM suspicion"
        " JOIN item ON item.id = item_id AND class_id = given"
        " JOIN class AS one ON one.id = given JOIN class AS another ON another.id = likelier"
        " WHERE origin = 'real' AND probability >= ? ORDER BY probability DESC, item_id",
        (least,),
    ).fetchall()


def answers(project: Project) -> Answers:
    """How well the queue does: an image of it that has another label now was wrong, one that is kept was right.

    The next ones are expected to be wrong as often as their probabilities say, times how often the labels looked at
    were wrong compared with what was expected of those.
    """
    rows = project.db.execute(
        "SELECT probability, class_id IS NOT given AS wrong, decision = 'keep' AS kept FROM suspicion"
        " JOIN item ON item.id = item_id"
        f" WHERE {USABLE} AND probability >= ? ORDER BY probability DESC, item_id",
        (LEAST,),
    ).fetchall()
    answered = [row for row in rows if row["wrong"] or row["kept"]]
    ahead = [row["probability"] for row in rows if not (row["wrong"] or row["kept"])][:NEXT]
    wrong = sum(row["wrong"] for row in answered)
    correction = (wrong + PRIOR) / (sum(row["probability"] for row in answered) + PRIOR)
    next_share = min(1.0, correction * sum(ahead) / max(1, len(ahead)))
    return Answers(len(answered), wrong, correction, next_share)


def in_words(found: Answers) -> str:
    """What the answers say of the queue, in two sentences for the user."""
    ahead = tr("Of the next {n} about {share:.0f} % will be wrong.", n=NEXT, share=100 * found.next_share)
    if not found.looked_at:
        return ahead
    so_far = trn(
        "{wrong} of {n} label looked at was wrong.",
        "{wrong} of {n} labels looked at were wrong.",
        found.looked_at,
        wrong=found.wrong,
    )
    return f"{so_far} {ahead}"


def _is_out_of_date(project: Project) -> bool:
    """Whether there is a label that was never judged, or one changed that nobody asked about."""
    judged = dict(project.db.execute("SELECT item_id, given FROM suspicion").fetchall())
    asked = {row[0] for row in project.db.execute("SELECT item_id FROM suspicion WHERE probability >= ?", (LEAST,))}
    labels = {row["id"]: row["class_id"] for row in _judgeable(project)}
    return any(judged.get(item_id) != label and item_id not in asked for item_id, label in labels.items())


def _judgeable(project: Project) -> list[Row]:
    rows = project.db.execute(
        f"SELECT id, class_id FROM item WHERE {USABLE} AND class_id IS NOT NULL ORDER BY id"
    ).fetchall()
    counts = Counter(row["class_id"] for row in rows)
    return [row for row in rows if counts[row["class_id"]] >= FEWEST]


def _remember(project: Project, rows: list[tuple]) -> None:
    with project.writing() as db:
        db.execute("DELETE FROM suspicion")
        db.executemany("INSERT INTO suspicion VALUES (?, ?, ?, ?, ?)", rows)
