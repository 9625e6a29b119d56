from sqlite3 import Row

import numpy as np

from studio.cleaning.levels import differences, levels, shares
from studio.cleaning.unusual import Unusual
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
        rows = levels(project, "light")
        return rows, -np.log(shares(rows) + LEAST)

    def reason(self, row: Row, usual: Row) -> str:
        return tr(
            "Its light parts have {share:.0f} % of full brightness; usual are {usual:.0f} %.", **_percent(row, usual)
        )


class Bright(Unusual):
    """Images whose darkest parts are bright."""

    name = "bright"
    title = "Too bright"
    summary = "Images in which even the dark parts are much brighter than is usual here: overexposed, glare."

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = levels(project, "shade")
        return rows, -np.log(1 - shares(rows) + LEAST)

    def reason(self, row: Row, usual: Row) -> str:
        return tr(
            "Its dark parts have {share:.0f} % of full brightness; usual are {usual:.0f} %.", **_percent(row, usual)
        )


class LowContrast(Unusual):
    """Images whose brightness varies less than that of the others."""

    name = "low_contrast"
    title = "Low contrast"
    summary = "Images much paler than is usual here: haze, a dirty lens, a wrong exposure."

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = differences(project, "contrast")
        return rows, -np.log(shares(rows) + LEAST / 4)

    def reason(self, row: Row, usual: Row) -> str:
        return tr("Contrast {share:.1f} %; usual are {usual:.1f} %.", **_percent(row, usual))


def _percent(row: Row, usual: Row) -> dict[str, float]:
    return {"share": 100 * row["share"], "usual": 100 * usual["share"]}
