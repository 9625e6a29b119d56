"""Many points as one picture: a hundred thousand take a few milliseconds."""

import numpy as np
from PySide6.QtGui import QImage


def draw_points(layers: list[tuple[np.ndarray, np.ndarray, float]], width: int, height: int) -> QImage:
    """Discs, the last layer on top: each layer has places in pixels (n, 2), colors (n,) as ARGB, and a radius."""
    picture = np.zeros((height, width), np.uint32)
    for places, shades, radius in layers:
        _stamp(picture, places, shades, radius)
    return QImage(picture.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


def _stamp(picture: np.ndarray, places: np.ndarray, shades: np.ndarray, radius: float) -> None:
    """Fill a disc at each place; what lies outside the picture is left out."""
    height, width = picture.shape
    is_known = np.isfinite(places).all(1)
    columns, rows = np.round(places[is_known]).astype(int).T
    shades = shades[is_known]
    reach = int(np.ceil(radius))
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down**2 + right**2 <= radius**2:
                y, x = rows + down, columns + right
                inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
                picture[y[inside], x[inside]] = shades[inside]
