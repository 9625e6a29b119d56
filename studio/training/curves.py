"""The curves of a run as figures: which there are, how far chance moves them, and a table of all."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.events import LossPoint, MetricPoint
from models.run_log import RunLog

FEWEST_JUDGEMENTS = 6
RECENT_JUDGEMENTS = 24


class Figure(NamedTuple):
    """A figure that has a curve: its title, how to read it, and the lines it is drawn with."""

    title: str
    sentence: str
    lines: tuple[str, ...]


FIGURES = {
    "fid": Figure(title="Likeness (FID)", sentence="lower is better", lines=("fid",)),
    "kid": Figure(title="Likeness (KID)", sentence="lower is better", lines=("kid",)),
    "coverage": Figure(title="Variety", sentence="higher is better", lines=("coverage", "precision")),
    "nearest": Figure(title="Newness", sentence="about 1 is as new as unseen images, 0 a copy", lines=("nearest",)),
}
"""By name; all texts are translated where they are shown."""
BUTTON_TITLES = {"fid": "FID", "kid": "KID", "coverage": "Variety", "nearest": "Newness"}
LINE_TITLES = {
    "fid": "FID",
    "kid": "KID",
    "coverage": "Variety (coverage)",
    "precision": "Believable (precision)",
    "nearest": "Nearest real image",
}


def spread(values: Sequence[float]) -> float | None:
    """How far chance moves a curve, as a standard deviation; None when there are too few values to say.

    From the second differences of the latest values, which a steady slope does not change: of independent noise they
    have six times its variance. Their median, so that a bend counts for little.
    """
    recent = np.asarray(values, dtype=float)[-RECENT_JUDGEMENTS:]
    if len(recent) < FEWEST_JUDGEMENTS:
        return None
    typical = np.median(np.abs(np.diff(recent, 2)))
    return float(typical / (0.6745 * 6**0.5))


def write_curves(path: Path, log: RunLog) -> None:
    """All points of a run as CSV, a row for each moment. Raises `OSError`."""
    figures = sorted({name for point in log.metrics for name in point.values})
    losses = sorted({name for point in log.losses for name in point.losses})
    rows: list[tuple[MetricPoint | LossPoint, dict[str, float]]] = [(point, point.values) for point in log.metrics]
    rows += [(point, {f"loss {name}": loss for name, loss in point.losses.items()}) for point in log.losses]
    columns = [*figures, *(f"loss {name}" for name in losses)]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["minutes", "step", "images", *columns])
        for point, values in sorted(rows, key=lambda row: row[0].seconds):
            moment = f"{point.seconds / 60:.4f}", point.step, point.images_seen
            table.writerow([*moment, *(values.get(name, "") for name in columns)])
