"""Measures of brightness as shares of the range there is: of 8 bits, or of what the project's deep images use."""

from sqlite3 import Row

import numpy as np

from studio.imaging.common import common_window
from studio.project import Project


def levels(project: Project, score: str) -> list[Row]:
    """Real images with id, path and `share`, 0 black to 1 white, of a score that is a brightness."""
    return _rows(project, "CASE WHEN depth > 8 THEN (value - :black) / (:white - :black) ELSE value / 255 END", score)


def differences(project: Project, score: str) -> list[Row]:
    """Real images with id, path and `share`, 0 none to 1 from black to white, of a score that is a difference."""
    return _rows(project, "value / CASE WHEN depth > 8 THEN :white - :black ELSE 255 END", score)


def shares(rows: list[Row]) -> np.ndarray:
    return np.array([row["share"] for row in rows], np.float64).clip(0, 1)


def _rows(project: Project, share: str, score: str) -> list[Row]:
    black, white = common_window(project) or (0, 1)
    return project.db.execute(
        f"SELECT id, path, {share} AS share FROM item JOIN score ON item_id = id"
        " WHERE name = :score AND origin = 'real' ORDER BY id",
        {"black": black, "white": white, "score": score},
    ).fetchall()
