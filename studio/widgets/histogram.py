"""The values of many pixels as a histogram, with a window of black and white that can be dragged."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.imaging.image import Range
from studio.widgets.reading import number
from studio.widgets.theme import color

FOOT = 18
GRIP = 8
"""Pixels beside an end of the window from which it can be dragged."""


class Histogram(QWidget):
    """Counts by their logarithm, which shows few bright pixels beside many dark ones.

    `window_changed` carries the values of black and white while an end, or what lies between them, is dragged.
    """

    window_changed = Signal(object)

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self._heights = np.zeros(0)
        self._ends: Range = (0, 1)
        self._extremes: Range | None = None
        self._window: Range | None = None
        self._dragged: tuple[bool, bool] | None = None
        self._from = 0.0
        self.setMouseTracking(True)
        self.setMinimumHeight(96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_counts(self, counts: np.ndarray, edges: np.ndarray, extremes: Range) -> None:
        """How many pixels lie in each step, the values between the steps (one more), and those of the foot."""
        heights = np.log1p(counts)
        self._heights = heights / max(heights.max(), 1)
        self._ends = float(edges[0]), float(edges[-1])
        self._extremes = extremes
        self.update()

    def set_window(self, window: Range | None) -> None:
        """The values of black and white, without `window_changed`; None: nothing can be dragged."""
        self._window = window
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 120)

    def x_of(self, value: float) -> float:
        """Where a value lies."""
        low, high = self._ends
        return (value - low) / (high - low) * self.width()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged = self._ends_at(event.position().x())
        self._from = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._dragged is None or self._window is None:
            over = self._ends_at(x)
            is_end = over is not None and over != (True, True)
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.ArrowCursor)
            return
        by = (x - self._from) * (self._ends[1] - self._ends[0]) / self.width()
        self._from = x
        low = self._window[0] + by * self._dragged[0]
        high = self._window[1] + by * self._dragged[1]
        if low < high:
            self.set_window((low, high))
            self.window_changed.emit((low, high))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(0, 4, self.width(), self.height() - FOOT - 4)
        self._paint_counts(painter, place)
        if self._window is not None:
            self._paint_window(painter, place, self._window)
        if self._extremes is not None:
            self._paint_foot(painter, self._extremes)

    def _paint_counts(self, painter: QPainter, place: QRectF) -> None:
        if not len(self._heights):
            return
        step = place.width() / len(self._heights)
        tops = [
            QPointF(edge * step, place.bottom() - height * place.height())
            for bar, height in enumerate(self._heights)
            for edge in (bar, bar + 1)
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("mute"))
        painter.drawPolygon(QPolygonF([place.bottomLeft(), *tops, place.bottomRight()]))
        painter.setPen(QPen(color("line"), 1))
        painter.drawLine(place.bottomLeft(), place.bottomRight())

    def _paint_foot(self, painter: QPainter, extremes: Range) -> None:
        painter.setPen(color("mute"))
        foot = QRectF(0, self.height() - FOOT, self.width(), FOOT)
        painter.setFont(_small(painter))
        for flag, value in zip((Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), extremes, strict=True):
            painter.drawText(foot, flag | Qt.AlignmentFlag.AlignBottom, number(value))

    def _paint_window(self, painter: QPainter, place: QRectF, window: Range) -> None:
        """Shade what becomes black or white, and draw the ramp between as a line."""
        low, high = (min(max(self.x_of(value), 0.0), self.width() - 1.0) for value in window)
        shade = color("panel")
        shade.setAlphaF(0.7)
        painter.fillRect(QRectF(place.left(), place.top(), low, place.height()), shade)
        painter.fillRect(QRectF(high, place.top(), place.right() - high, place.height()), shade)
        painter.setPen(QPen(color("accent"), 2))
        for x in (low, high):
            painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
        painter.setPen(QPen(color("accent"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(low, place.bottom()), QPointF(high, place.top()))

    def _ends_at(self, x: float) -> tuple[bool, bool] | None:
        """Which ends of the window a drag from here moves."""
        if self._window is None:
            return None
        low, high = (self.x_of(value) for value in self._window)
        if min(abs(x - low), abs(x - high)) <= GRIP:
            return (True, False) if abs(x - low) < abs(x - high) else (False, True)
        return (True, True) if low < x < high else None


def _small(painter: QPainter):
    font = painter.font()
    font.setPointSizeF(8)
    return font
