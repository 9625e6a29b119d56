from sqlite3 import Row

import numpy as np

from studio.cleaning.unusual import Unusual
from studio.project import Project
from studio.text import tr

LEAST = 0.02
"""Share of the image below which highlights without detail make no difference."""
FULL = 0.98
"""Share of the highest value in the project from which a deep image can have filled the sensor."""


class Saturated(Unusual):
    """Images of which much is at the highest value there is, where the sensor or the file had no higher one."""

    name = "saturated"
    title = "Saturated"
    summary = "Images of which more is plain white than is usual here: the sensor was full, and what was there is lost."

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = project.db.execute(
            "SELECT id, path, CASE WHEN depth > 8 AND white.value < :full * max(white.value) OVER () THEN 0"
            " ELSE clipped.value END AS share FROM item"
            " JOIN score AS clipped ON clipped.item_id = id AND clipped.name = 'clipped'"
            " LEFT JOIN score AS white ON white.item_id = id AND white.name = 'white'"
            " WHERE origin = 'real' ORDER BY id",
            {"full": FULL},
        ).fetchall()
        return rows, np.log(np.array([row["share"] for row in rows], np.float64) + LEAST)

    def reason(self, row: Row, usual: Row) -> str:
        return tr(
            "{share:.1f} % of it is plain white; usual are {usual:.1f} %.",
            share=100 * row["share"],
            usual=100 * usual["share"],
        )
