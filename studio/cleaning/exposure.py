from sqlite3 import Row

import numpy as np

from studio.cleaning.unusual import Unusual
from studio.imaging.common import common_window
from studio.project import Project
from studio.text import tr

LEAST = 0.02
"""Share of the range below which darkness makes no difference."""


class Dark(Unusual):
    """Images whose brightest parts are dark."""

    name = "dark"
    title = "Too dark"
    summary = "Images in which even the light parts are much darker than is usual here: underexposed, covered."

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = _brightness(project, "light")
        return rows, -np.log(_shares(rows) + LEAST)

    def reason(self, row: Row) -> str:
        return tr("Its light parts have {share:.0f} % of full brightness.", share=100 * row["share"])


class Bright(Unusual):
    """Images whose darkest parts are bright."""

    name = "bright"
    title = "Too bright"
    summary = "Images in which even the dark parts are much brighter than is usual here: overexposed, glare."

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = _brightness(project, "shade")
        return rows, -np.log(1 - _shares(rows) + LEAST)

    def reason(self, row: Row) -> str:
        return tr("Its dark parts have {share:.0f} % of full brightness.", share=100 * row["share"])


def _brightness(project: Project, name: str) -> list[Row]:
    """Images with a score as share of 8 bits, or of the range that the project uses of deep ones."""
    black, white = common_window(project) or (0, 1)
    return project.db.execute(
        "SELECT id, path, CASE WHEN depth > 8 THEN (value - :black) / (:white - :black) ELSE value / 255 END AS share"
        " FROM item JOIN score ON item_id = id WHERE name = :name AND origin = 'real' ORDER BY id",
        {"black": black, "white": white, "name": name},
    ).fetchall()


def _shares(rows: list[Row]) -> np.ndarray:
    return np.array([row["share"] for row in rows], np.float64).clip(0, 1)
