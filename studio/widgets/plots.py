"""Curves that grow while a task runs."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.widgets.theme import tokens

MOST_POINTS = 5_000
MOST_DRAWN = 250
"""A wide pen takes some 30 ms for 1,000 points, which the window would feel at each redraw."""
REDRAW_EVERY_MS = 400
WILD_SHARE = 0.01
"""Of many points the few wildest, above and below, may lie out of view, so that the others can be seen."""


class Chart(QWidget):
    """Named lines against time from 0 on, with a band (what real images score) and a dotted reference line.

    Colors follow the order in which lines are named first. Drawing is put off by up to `REDRAW_EVERY_MS`. The first
    chart imports pyqtgraph, a quarter of a second.
    """

    def __init__(self, x_title: str = "", object_name: str = "", markers: bool = False) -> None:
        """`markers`: a dot at each point, for lines of few points."""
        super().__init__()
        import pyqtgraph

        self._pg = pyqtgraph
        self._markers = markers
        self._x_title = x_title
        self._points: dict[str, tuple[list[float], list[float]]] = {}
        self._curves: dict[str, pyqtgraph.PlotDataItem] = {}
        self._band_values: tuple[float, float] | None = None
        self._reference_value: float | None = None
        self._drawn: set[str] = set()
        self.setObjectName(object_name)
        self._plot = self._make_plot()
        self._band = self._make_band()
        self._reference = self._make_reference()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._redraw_soon = QTimer(self)
        self._redraw_soon.setSingleShot(True)
        self._redraw_soon.setInterval(REDRAW_EVERY_MS)
        self._redraw_soon.timeout.connect(self.redraw)
        self._dress()

    def add_point(self, name: str, x: float, y: float) -> None:
        """Append to a line; beyond `MOST_POINTS` every second point of it is let go."""
        xs, ys = self._points.setdefault(name, ([], []))
        xs.append(x)
        ys.append(y)
        if len(xs) > MOST_POINTS:
            self._points[name] = (xs[::2], ys[::2])
        self._change(name)

    def set_line(self, name: str, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Draw a line anew, thinned evenly to `MOST_POINTS`."""
        stride = max(1, -(-len(xs) // MOST_POINTS))
        self._points[name] = (list(xs[::stride]), list(ys[::stride]))
        self._change(name)

    def set_band(self, low: float, high: float) -> None:
        self._band_values = (low, high)
        self._change()

    def set_reference(self, value: float) -> None:
        self._reference_value = value
        self._change()

    def clear(self) -> None:
        """Take away lines, band and reference."""
        for curve in self._curves.values():
            self._plot.removeItem(curve)
        self._points.clear()
        self._curves.clear()
        self._drawn.clear()
        self._band_values = self._reference_value = None
        self._change()

    def points(self, name: str) -> tuple[list[float], list[float]]:
        """What a line holds."""
        return self._points[name]

    def line_color(self, name: str) -> str:
        """The color of a line, for its name in words beside the title."""
        series = tokens().series
        return series[list(self._points).index(name) % len(series)]

    @Slot()
    def redraw(self) -> None:
        """Draw what changed, now."""
        self._redraw_soon.stop()
        for name in self._drawn:
            self._curve(name).setData(*_averaged(*self._points[name]))
        self._drawn.clear()
        self._band.setVisible(self._band_values is not None)
        if self._band_values is not None:
            self._band.setRegion(self._band_values)
        self._reference.setVisible(self._reference_value is not None)
        if self._reference_value is not None:
            self._reference.setPos(self._reference_value)
        self._frame()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_redraw_soon"):
            self._dress()

    def _frame(self) -> None:
        """Show the lines from 0 on, with band and reference; no figures on the axes of an empty chart."""
        xs = [x for line, _ in self._points.values() for x in line]
        ys = sorted(y for _, line in self._points.values() for y in line if math.isfinite(y))
        wild = int(WILD_SHARE * len(ys))
        ys = ys[wild : len(ys) - wild]
        ys += [*(self._band_values or ()), *(() if self._reference_value is None else (self._reference_value,))]
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setStyle(showValues=bool(ys))
        if not ys:
            return
        low, high = min(ys), max(ys)
        if 0 < low < high / 2 or 0 < low == high:
            low = 0.0
        self._plot.setXRange(0, max(xs, default=0) or 1, padding=0.02)
        self._plot.setYRange(low, high if high > low else low + 1, padding=0.05)

    def _change(self, name: str | None = None) -> None:
        if name is not None:
            self._drawn.add(name)
        if not self._redraw_soon.isActive():
            self._redraw_soon.start()

    def _make_plot(self):
        plot = self._pg.PlotWidget(background=None)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.getPlotItem().setContentsMargins(0, 4, 4, 0)
        plot.getAxis("bottom").enableAutoSIPrefix(False)  # minutes, never thousandths of them
        return plot

    def _make_band(self):
        band = self._pg.LinearRegionItem((0, 0), orientation="horizontal", movable=False)
        band.setZValue(-10)
        band.hide()
        self._plot.addItem(band)
        return band

    def _make_reference(self):
        reference = self._pg.InfiniteLine(0, angle=0)
        reference.hide()
        self._plot.addItem(reference)
        return reference

    def _curve(self, name: str):
        if name not in self._curves:
            self._curves[name] = self._plot.plot(antialias=True)
            self._dress_curve(name)
        return self._curves[name]

    def _dress(self) -> None:
        """Put on the colors of the theme in force."""
        t = tokens()
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(QPen(QColor(t.line)))
            axis.setTextPen(QPen(QColor(t.mute)))
            axis.setStyle(tickLength=-4)
        self._plot.setLabel("bottom", self._x_title, color=t.mute)
        self._plot.showGrid(y=True, alpha=0.15)
        green = QColor(t.good)
        green.setAlphaF(0.25)
        self._band.setBrush(green)
        for edge in self._band.lines:
            edge.setPen(self._pg.mkPen(green, width=2))  # a band of next to no width is still seen
        dotted = QPen(QColor(t.warn), 2, Qt.PenStyle.DotLine)
        dotted.setCosmetic(True)
        self._reference.setPen(dotted)
        for name in self._curves:
            self._dress_curve(name)

    def _dress_curve(self, name: str) -> None:
        shade = self.line_color(name)
        curve = self._curves[name]
        curve.setPen(self._pg.mkPen(shade, width=2))
        curve.setSymbol("o" if self._markers else None)
        curve.setSymbolSize(6)
        curve.setSymbolBrush(shade)
        curve.setSymbolPen(None)


def _averaged(xs: list[float], ys: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """At most `MOST_DRAWN` points, each the mean of as many neighbors, so that a curve of noise shows its course."""
    size = -(-len(xs) // MOST_DRAWN) or 1
    starts = np.arange(0, len(xs), size)
    counts = np.diff(np.append(starts, len(xs)))
    if not xs:
        return starts, starts
    return np.add.reduceat(xs, starts) / counts, np.add.reduceat(ys, starts) / counts
