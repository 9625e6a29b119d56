"""Points on a map that is zoomed and moved: where each lies, which are near, which lie within a line."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF

MARGIN = 0.06
LARGEST_ZOOM = 60.0


class MapPlaces:
    """Points (n, 2), of which any may be NaN, on a place of some size in pixels; y points up."""

    def __init__(self, points: np.ndarray) -> None:
        known = points[np.isfinite(points).all(1)]
        low, high = (known.min(0), known.max(0)) if len(known) else (np.zeros(2), np.ones(2))
        self._shares = MARGIN + (1 - 2 * MARGIN) * (points - low) / np.maximum(high - low, 1e-12)
        self._shares[:, 1] = 1 - self._shares[:, 1]
        self._middle = np.array([0.5, 0.5])
        self.zoom = 1.0

    def pixels(self, width: int, height: int) -> np.ndarray:
        """float (n, 2): columns and rows."""
        size = np.array([width, height])
        return ((self._shares - self._middle) * self.zoom + 0.5) * size

    def zoom_by(self, factor: float, at: QPointF, width: int, height: int) -> None:
        """About a point, which stays where it is."""
        zoom = min(max(self.zoom * factor, 1.0), LARGEST_ZOOM)
        point = np.array([at.x() / width, at.y() / height]) - 0.5
        self._middle += point / self.zoom - point / zoom
        self.zoom = zoom
        self._keep_inside()

    def move_by(self, moved: QPointF, width: int, height: int) -> None:
        self._middle -= np.array([moved.x() / width, moved.y() / height]) / self.zoom
        self._keep_inside()

    def nearest(self, at: QPointF, width: int, height: int, within: float) -> int | None:
        """The point next to a place, if one is within so many pixels."""
        away = np.linalg.norm(self.pixels(width, height) - (at.x(), at.y()), axis=1)
        away[np.isnan(away)] = np.inf
        return int(away.argmin()) if len(away) and away.min() <= within else None

    def next_to(self, row: int, direction: tuple[int, int]) -> int | None:
        """The nearest point in a direction, at most 45 degrees off it."""
        away = self._shares - self._shares[row]
        along = away @ np.array(direction)
        across = np.abs(away @ np.array(direction[::-1]))
        distance = np.where((along > 0) & (across <= along), np.hypot(along, across), np.inf)
        return int(distance.argmin()) if np.isfinite(distance).any() else None

    def within(self, line: Sequence[QPointF], width: int, height: int) -> np.ndarray:
        """The rows of the points inside a closed line."""
        import cv2

        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [np.array([(point.x(), point.y()) for point in line], np.int32)], (1,))
        places = self.pixels(width, height)
        rows = np.flatnonzero(((places >= 0) & (places < (width, height))).all(1))
        columns, lines = places[rows].astype(int).T
        return rows[mask[lines, columns] > 0]

    def _keep_inside(self) -> None:
        half = 0.5 / self.zoom
        self._middle = np.clip(self._middle, half, 1 - half)
