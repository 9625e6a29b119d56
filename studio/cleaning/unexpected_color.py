from sqlite3 import Row

import numpy as np

from studio.cleaning.levels import differences, shares
from studio.cleaning.unusual import Unusual
from studio.imaging.common import COLORLESS
from studio.project import Project
from studio.text import tr

TINT = COLORLESS / 255
HIDDEN = 2.4 * TINT
"""So that a gray image counts as colored from `TINT` on at the usual deviation: log(1 + 1 / 2.4) is 3.5 times 0.1."""


class UnexpectedColor(Unusual):
    """Images with color in a project whose images are gray."""

    name = "unexpected_color"
    title = "Unexpected color"
    summary = "Images with color where the others have none: photos of a screen, colored marks, another camera."
    by_eye = True

    def measures(self, project: Project) -> tuple[list[Row], np.ndarray]:
        rows = _rows(project)
        tint = shares(rows)
        if not len(tint) or np.median(tint) > TINT:
            return [], np.empty(0)
        return rows, np.log(tint + HIDDEN)

    def reason(self, row: Row, usual: Row) -> str:
        return tr("Has color, while most images here are gray.")


def _rows(project: Project) -> list[Row]:
    """All real images; those of one channel measured no color."""
    gray = "SELECT id, path, 0.0 AS share FROM item WHERE origin = 'real' AND channels < 3 ORDER BY id"
    return project.db.execute(gray).fetchall() + differences(project, "color")
