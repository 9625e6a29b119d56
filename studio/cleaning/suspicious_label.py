from collections.abc import Iterator
from sqlite3 import Row
from typing import Annotated

import msgspec
from msgspec import Meta

from models.events import Event
from studio.cleaning.check import Check, Effort, Finding
from studio.cleaning.judge import answers, in_words, judge, suspicions
from studio.project import Project
from studio.text import tr


class SuspiciousLabelSettings(msgspec.Struct, frozen=True):
    probability: Annotated[
        float,
        Meta(
            title="Least probability",
            description="How probable it must be that a label is wrong. Less finds more, and more that is right.",
            ge=2,
            le=95,
            extra={"unit": "%", "step": 5},
        ),
    ] = 10.0


class SuspiciousLabel(Check):
    """Images whose label a classifier, which learned from the others, takes for wrong; a queue to look through."""

    name = "suspicious_label"
    title = "Suspicious labels"
    summary = (
        "Images that look like another class than their label says. Look through them from the first:"
        " give the right label, or keep the image as it is."
    )
    effort = Effort.MOST
    reads = ("images", "labels", "excluded", "returned")
    Settings = SuspiciousLabelSettings
    settings: SuspiciousLabelSettings
    by_eye = True

    def find(self, project: Project) -> Iterator[Finding | Event]:
        yield from judge(project)
        for row in suspicions(project, self.settings.probability / 100):
            path = str(project.resolve_path(row["path"]))
            yield Finding(row["item_id"], self.name, row["probability"], _reason(row), path)

    def expected_false(self, project: Project, found: int) -> float | None:
        """What the probabilities leave, corrected by the user's answers once there are any."""
        rows = suspicions(project, self.settings.probability / 100)
        if not rows:
            return None
        wrong = answers(project).correction * sum(row["probability"] for row in rows) / len(rows)
        return max(0.0, 1 - wrong)

    def advice(self, project: Project) -> str:
        """How well the queue does so far, and where labels are corrected."""
        return f"{in_words(answers(project))} {tr('Right labels are given in Label, under “Suspicious labels”.')}"


def _reason(row: Row) -> str:
    facts = {"label": row["given"], "other": row["likelier"], "share": 100 * row["probability"]}
    if row["confident"]:
        return tr("Labeled “{label}”, but looks like “{other}”: wrong with {share:.0f} % probability.", **facts)
    return tr("Hardly looks like “{label}”, rather like “{other}”: wrong with {share:.0f} % probability.", **facts)
