"""Measures of brightness as shares of the range that an image is shown in: the window that its file names, the whole
range of 8 bits, or, of deeper images without a window, the range that images of their depth usually have here."""

from sqlite3 import Row

import numpy as np

from studio.imaging.normalize import TINY
from studio.project import Project


def levels(project: Project, score: str) -> list[Row]:
    """Real images with id, path and `share`, 0 black to 1 white, of a score that is a brightness."""
    return _rows(project, "(score.value - {black}) / max({white} - {black}, :tiny)", score)


def differences(project: Project, score: str) -> list[Row]:
    """Real images with id, path and `share`, 0 none to 1 from black to white, of a score that is a difference."""
    return _rows(project, "score.value / max({white} - {black}, :tiny)", score)


def shares(rows: list[Row]) -> np.ndarray:
    return np.array([row["share"] for row in rows], np.float64).clip(0, 1)


def _rows(project: Project, share: str, score: str) -> list[Row]:
    black, white = (
        f"coalesce({end}.value, CASE depth {usual} ELSE {plain} END)"
        for end, usual, plain in (("black", _usual(project, "black"), 0), ("white", _usual(project, "white"), 255))
    )
    return project.db.execute(
        f"SELECT id, path, {share.format(black=black, white=white)} AS share"
        " FROM item JOIN score ON score.item_id = id AND score.name = :score"
        " LEFT JOIN score AS black ON black.item_id = id AND black.name = 'window_black'"
        " LEFT JOIN score AS white ON white.item_id = id AND white.name = 'window_white'"
        " WHERE origin = 'real' ORDER BY id",
        {"score": score, "tiny": TINY},
    ).fetchall()


def _usual(project: Project, end: str) -> str:
    """The usual black or white of each depth, as cases of SQL: the median, for a few of another kind do not count."""
    values: dict[int, list[float]] = {8: [0.0 if end == "black" else 255.0]}
    rows = project.db.execute(
        "SELECT depth, value FROM item JOIN score ON item_id = id WHERE name = ? AND origin = 'real' AND depth > 8"
        " AND id NOT IN (SELECT item_id FROM score WHERE name = 'window_black')",
        (end,),
    )
    for depth, value in rows:
        values.setdefault(depth, []).append(value)
    return " ".join(f"WHEN {depth} THEN {float(np.median(each))}" for depth, each in values.items())
