"""How far images are from what is usual in their project: thresholds that fit it, whatever it shows."""

from abc import abstractmethod
from collections.abc import Iterator
from sqlite3 import Row
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from studio.cleaning.check import Check, Finding
from studio.project import Project

FEWEST = 20
"""Images among which something can be called usual."""
CERTAIN = 10
"""Deviation with a score of 1."""


class UnusualSettings(msgspec.Struct, frozen=True):
    deviation: Annotated[
        float,
        Meta(
            title="Beyond usual",
            description="How far from the usual, in standard deviations of this project's images, an image is found.",
            ge=2,
            le=10,
            extra={"unit": "×", "step": 0.5},
        ),
    ] = 3.5


class Unusual(Check):
    """Images of which one measure is far off to one side.

    The usual is the median; its standard deviation is taken from the median absolute deviation (Rousseeuw & Croux
    1993), which troubled images do not move while they are fewer than half.
    """

    Settings = UnusualSettings
    settings: UnusualSettings

    @abstractmethod
    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        """Rows with id and path, and for each how bad it is, on a scale where differences of 0.1 hardly show."""

    @abstractmethod
    def reason(self, row: Row) -> str:
        """What is wrong with an image, in a sentence."""

    def find(self, project: Project) -> Iterator[Finding]:
        rows, measures = self.measures(project)
        deviations = _deviations(measures)
        for index in np.argsort(-deviations, kind="stable"):
            if deviations[index] <= self.settings.deviation:
                return
            row, score = rows[index], min(1.0, float(deviations[index]) / CERTAIN)
            yield Finding(row["id"], self.name, score, self.reason(row), str(project.resolve_path(row["path"])))

    def expected_false(self, project: Project, found: int) -> float | None:
        """As many as deviate as far to the harmless side."""
        deviations = _deviations(self.measures(project)[1])
        return min(1.0, float((deviations < -self.settings.deviation).sum()) / found) if found else None


def _deviations(measures: np.ndarray) -> np.ndarray:
    if len(measures) < FEWEST:
        return np.zeros(len(measures))
    away = measures - np.median(measures)
    return away / max(1.4826 * float(np.median(np.abs(away))), 0.1)
