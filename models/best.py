"""The moment of a run whose samples were judged best on the way."""

from collections.abc import Sequence
from pathlib import Path

from models import checkpoint, run_log
from models.events import MetricPoint

MEASURE = "kid"
"""The figure that decides: unlike the Frechet distance it does not depend on how many samples are judged."""


def is_gain(point: MetricPoint, best: MetricPoint | None) -> bool:
    """Whether a judgement is better than the best one before; where nothing is measured, the newest is."""
    if best is None or MEASURE not in point.values or MEASURE not in best.values:
        return True
    return point.values[MEASURE] < best.values[MEASURE]


def best_point(points: Sequence[MetricPoint]) -> MetricPoint | None:
    """The best of the judgements, given in the order of training; None when there are none."""
    best = None
    for point in points:
        if is_gain(point, best):
            best = point
    return best


def best_checkpoint(folder: Path) -> Path | None:
    """The checkpoint of the best judgement of the run in `folder`; its newest one where nothing was judged."""
    checkpoints = checkpoint.checkpoints(folder / checkpoint.FOLDER)
    best = best_point([point for point in run_log.read_log(folder).metrics if MEASURE in point.values])
    judged = [path for path in checkpoints if best is not None and checkpoint.step_of(path) == best.step]
    return max(judged or checkpoints, default=None)
