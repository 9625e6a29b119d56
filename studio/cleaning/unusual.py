"""How far images are from what is usual in their project: thresholds that fit it, whatever it shows."""

from abc import abstractmethod
from collections.abc import Iterator
from math import erfc, sqrt
from sqlite3 import Row
from typing import Annotated, ClassVar

import msgspec
import numpy as np
from msgspec import Meta

from models.events import Event
from studio.cleaning.check import Check, Finding
from studio.project import Project

FEWEST = 20
"""Images among which something can be called usual."""
CERTAIN = 10
"""Deviation with a score of 1."""
HARDLY = 0.1
"""Difference of measures that hardly shows: the least standard deviation."""


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
    """Images of which one measure is far off.

    The usual is the median; its standard deviation is 1.4826 times the median absolute deviation (Rousseeuw & Croux
    1993), which troubled images do not move while they are fewer than half.
    """

    Settings = UnusualSettings
    settings: UnusualSettings
    both_sides: ClassVar[bool] = False
    """Whether a measure below the usual is trouble as well."""

    @abstractmethod
    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        """Rows with id and path, and for each how bad it is, on a scale where differences of 0.1 hardly show."""

    @abstractmethod
    def reason(self, row: Row, usual: Row) -> str:
        """What is wrong with an image, in a sentence; `usual` is the one in the middle of all."""

    def find(self, project: Project) -> Iterator[Finding | Event]:
        rows, measures = self.measures(project)
        if len(rows) < FEWEST:
            return
        usual = rows[int(np.argsort(measures, kind="stable")[len(rows) // 2])]
        deviations = self._deviations(measures)
        for index in np.argsort(-deviations, kind="stable"):
            if deviations[index] <= self.settings.deviation:
                return
            row, score = rows[index], min(1.0, float(deviations[index]) / CERTAIN)
            reason = self.reason(row, usual)
            yield Finding(row["id"], self.name, score, reason, str(project.resolve_path(row["path"])))

    def expected_false(self, project: Project, found: int) -> float | None:
        """As many as deviate as far to the harmless side; where no side is, as many as of normally distributed ones."""
        measures = self.measures(project)[1]
        if not found or len(measures) < FEWEST:
            return None
        if self.both_sides:
            false = len(measures) * erfc(self.settings.deviation / sqrt(2))
        else:
            false = float((_deviations(measures) < -self.settings.deviation).sum())
        return min(1.0, false / found)

    def _deviations(self, measures: np.ndarray) -> np.ndarray:
        deviations = _deviations(measures)
        return np.abs(deviations) if self.both_sides else deviations


def _deviations(measures: np.ndarray) -> np.ndarray:
    away = measures - np.median(measures)
    return away / max(1.4826 * float(np.median(np.abs(away))), HARDLY)
