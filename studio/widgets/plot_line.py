"""A line of a chart with the shade around it."""

from typing import Any

import numpy as np
from PySide6.QtGui import QColor

SHADE = 0.15
"""Opacity."""


class PlotLine:
    """Drawn again and again, and hidden while it is not needed, but never let go of: Python may collect what is let go
    of while the thread of a task runs, where Qt's graphics must not be touched."""

    def __init__(self, pyqtgraph: Any, plot: Any) -> None:
        self._pg = pyqtgraph
        self.curve = plot.plot(antialias=True)
        self.edges = pyqtgraph.PlotCurveItem(), pyqtgraph.PlotCurveItem()
        self._shade = pyqtgraph.FillBetweenItem(*self.edges)
        self._shade.setZValue(-5)
        plot.addItem(self._shade)
        self.hide()

    @property
    def is_shaded(self) -> bool:
        return self._shade.isVisible()

    def draw(self, xs: np.ndarray, ys: np.ndarray) -> None:
        self.curve.setData(xs, ys)
        self.curve.show()

    def shade(self, xs: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        for edge, ys in zip(self.edges, (low, high), strict=True):
            edge.setData(xs, ys)
        self._shade.show()

    def hide(self) -> None:
        self.curve.setData([], [])
        self.curve.hide()
        self._shade.hide()

    def dress(self, color: str, markers: bool) -> None:
        self.curve.setPen(self._pg.mkPen(color, width=2))
        self.curve.setSymbol("o" if markers else None)
        self.curve.setSymbolSize(6)
        self.curve.setSymbolBrush(color)
        self.curve.setSymbolPen(None)
        shade = QColor(color)
        shade.setAlphaF(SHADE)
        self._shade.setBrush(shade)
