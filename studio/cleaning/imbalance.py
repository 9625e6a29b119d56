from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from studio.cleaning.check import Check, Finding
from studio.project import Project
from studio.project.items import class_counts
from studio.text import tr, trn


class ImbalanceSettings(msgspec.Struct, frozen=True):
    ratio: Annotated[
        float,
        Meta(
            title="Behind the largest",
            description="Classes so many times smaller than the largest one are found.",
            ge=2,
            le=100,
            extra={"unit": "×", "step": 1},
        ),
    ] = 10.0


class Imbalance(Check):
    """Classes with far fewer images than the largest: findings about a class, not about an image."""

    name = "imbalance"
    title = "Rare classes"
    summary = (
        "Classes with far fewer images than the largest one. A generator hardly learns them;"
        " add images, or balance them later with samples."
    )
    reads = ("images", "labels", "excluded", "returned")
    Settings = ImbalanceSettings
    settings: ImbalanceSettings
    by_eye = True

    def find(self, project: Project) -> Iterator[Finding]:
        counts = {label: count for label, count in class_counts(project).items() if label and count}
        largest = max(counts, key=lambda label: counts[label], default="")
        for label, count in sorted(counts.items(), key=lambda each: each[1]):
            if count * self.settings.ratio < counts[largest]:
                reason = trn("“{label}” has {n} image", "“{label}” has {n} images", count, label=label)
                more = tr("“{largest}” has {n:,}.", largest=largest, n=counts[largest])
                score = 1 - count * self.settings.ratio / counts[largest]
                yield Finding(None, self.name, score, f"{reason}, {more}", label)
