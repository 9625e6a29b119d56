from sqlite3 import Row

import numpy as np

from studio.cleaning.unusual import Unusual
from studio.project import Project
from studio.text import tr

SMOOTH = 0.5
"""The sharpness of an image without any detail."""


class Blurred(Unusual):
    """Images with less fine detail than is usual in the project, at whatever contrast."""

    name = "blurred"
    title = "Blurred"
    summary = "Images out of focus or moved, compared with the others here. A generator learns their blur as well."

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = project.db.execute(
            "SELECT id, path, value AS sharpness FROM item JOIN score ON item_id = id"
            " WHERE name = 'sharpness' AND origin = 'real' ORDER BY id"
        ).fetchall()
        sharpness = np.array([row["sharpness"] for row in rows])
        return rows, -np.log((sharpness - SMOOTH).clip(1e-3))

    def reason(self, row: Row, usual: Row) -> str:
        return tr(
            "Little fine detail: {share:.0f} % of what a crisp image has; usual are {usual:.0f} %.",
            share=_detail(row),
            usual=_detail(usual),
        )


def _detail(row: Row) -> float:
    return 100 * max(0, row["sharpness"] - SMOOTH) / (1 - SMOOTH)
