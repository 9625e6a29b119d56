"""Images of another size or shape than the others."""

from math import exp, log
from sqlite3 import Row

import numpy as np

from studio.cleaning.unusual import Unusual
from studio.project import Project
from studio.text import tr


class OddSize(Unusual):
    """Images of many more or many fewer pixels than the others."""

    name = "odd_size"
    title = "Odd size"
    summary = "Images much larger or smaller than is usual here: thumbnails, scans of another device, cut-outs."
    both_sides = True
    by_eye = True

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = _rows(project)
        return rows, np.array([_log_side(row) for row in rows])

    def reason(self, row: Row, usual: Row) -> str:
        size = {"width": row["width"], "height": row["height"]}
        times = exp(_log_side(row) - _log_side(usual))
        if times > 1:
            return tr("{width} × {height} pixels, {times:.1f} times as far across as usual.", **size, times=times)
        return tr("{width} × {height} pixels, {share:.0f} % as far across as usual.", **size, share=100 * times)


class OddAspect(Unusual):
    """Images longer or less long than the others; upright ones are as good as lying ones."""

    name = "odd_aspect"
    title = "Odd shape"
    summary = "Images much longer, or much less long, than is usual here: cut-outs, panoramas, screenshots."
    both_sides = True
    by_eye = True

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = _rows(project)
        return rows, np.array([log(_aspect(row)) for row in rows])

    def reason(self, row: Row, usual: Row) -> str:
        return tr(
            "{width} × {height} pixels: {aspect:.1f} times as long as wide; usual are {usual:.1f} times.",
            width=row["width"],
            height=row["height"],
            aspect=_aspect(row),
            usual=_aspect(usual),
        )


def _rows(project: Project) -> list[Row]:
    return project.db.execute("SELECT id, path, width, height FROM item WHERE origin = 'real' ORDER BY id").fetchall()


def _log_side(row: Row) -> float:
    """The logarithm of the side of a square of as many pixels."""
    return log(row["width"] * row["height"]) / 2


def _aspect(row: Row) -> float:
    return max(row["width"], row["height"]) / min(row["width"], row["height"])
