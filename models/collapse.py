"""When a run has gone wrong without any of its numbers being unsound: its samples say so."""

from collections.abc import Sequence

from models.best import MEASURE
from models.events import MetricPoint

VARIETY = "coverage"
"""The figure that falls when samples become alike."""
FALLEN = 0.6
"""Part of its best variety below which samples are said to become alike."""
WORSE = 1.25
"""Times the best KID, above which it is no noise of the judgement."""
IN_A_ROW = 3
"""Judgements that must agree: single ones jump."""
IN_TROUBLE = 6
"""Judgements without a gain after which networks that no longer learn from each other are not waited for."""


def has_collapsed(best: MetricPoint | None, after: Sequence[MetricPoint], is_in_trouble: bool) -> bool:
    """Whether going on from the best moment promises more than going on from here.

    after: the judgements since the best one. is_in_trouble: see `SteppedFamily.trouble`.
    """
    if best is None or len(after) < IN_A_ROW:
        return False
    return all(_is_alike(point, best) for point in after[-IN_A_ROW:]) or (is_in_trouble and len(after) >= IN_TROUBLE)


def _is_alike(point: MetricPoint, best: MetricPoint) -> bool:
    figures = (VARIETY, MEASURE)
    if any(name not in each.values for name in figures for each in (point, best)):
        return False
    is_poorer = point.values[VARIETY] < FALLEN * best.values[VARIETY]
    return is_poorer and point.values[MEASURE] > WORSE * max(0.0, best.values[MEASURE])
