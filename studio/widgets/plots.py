"""Curves that grow while a task runs."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPen, QPixmap, QRegion
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.widgets.plot_line import PlotLine
from studio.widgets.plot_pointer import PlotPointer
from studio.widgets.theme import color, tokens

MOST_POINTS = 5_000
MOST_DRAWN = 250
"""A wide pen takes some 30 ms for 1,000 points, which the window would feel at each redraw."""
REDRAW_EVERY_MS = 400
WILD_SHARE = 0.01
"""Of many points the few wildest, above and below, may lie out of view, so that the others can be seen."""
SMOOTHEST = 0.95
"""The part that the points before have in a point where lines are smoothed most."""
STYLES = (Qt.PenStyle.DotLine, Qt.PenStyle.DashLine)
"""Of reference lines, in the order in which they are given."""


class Chart(QWidget):
    """Named lines against time from 0 on, with a band (what real images score) and reference lines, dotted and dashed.

    Colors follow the order in which lines are named first. Drawing is put off by up to `REDRAW_EVERY_MS`. The first
    chart imports pyqtgraph, a quarter of a second. Dragging over a part of the plot enlarges it; the mouse, or the
    arrow keys, point at a moment, of which `pointer` says the values.
    """

    zoomed = Signal(bool)
    """Only a part of the lines is in view, or all of them are again."""

    def __init__(self, x_title: str = "", object_name: str = "", markers: bool = False) -> None:
        """`markers`: a dot at each point, for lines of few points."""
        super().__init__()
        import pyqtgraph

        self._pg = pyqtgraph
        self._markers = markers
        self._x_title = x_title
        self._points: dict[str, tuple[list[float], list[float]]] = {}
        self._lines: dict[str, PlotLine] = {}
        self._spare: list[PlotLine] = []
        self._band_values: tuple[float, float] | None = None
        self._reference_values: list[float] = []
        self._spreads: dict[str, float] = {}
        self._smoothing = 0.0
        self._is_log = False
        self._is_zoomed = False
        self._drawn: set[str] = set()
        self.setObjectName(object_name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._plot = self._make_plot()
        self._band = self._make_band()
        self._references = [self._make_reference() for _ in STYLES]
        self.pointer = PlotPointer(self, self._plot, pyqtgraph.InfiniteLine(0, angle=90))
        self.pointer.set_lines(self._points)
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

    def set_references(self, values: Sequence[float]) -> None:
        """Draw at most two lines across, the first dotted, the second dashed."""
        self._reference_values = list(values)
        self._change()

    def set_spread(self, name: str, spread: float) -> None:
        """Shade so much above and below a line."""
        self._spreads[name] = spread
        self._change(name)

    @property
    def has_spread(self) -> bool:
        """Whether a line is shaded."""
        return bool(self._spreads)

    def clear(self) -> None:
        """Take away lines, band and references."""
        for line in self._lines.values():
            line.hide()
        self._spare += self._lines.values()
        for kept in (self._points, self._lines, self._spreads, self._drawn, self._reference_values):
            kept.clear()
        self._band_values = None
        self.pointer.leave()
        self._change()

    def set_smoothing(self, share: float) -> None:
        """How much lines are smoothed, 0..1, by an exponential average over their points."""
        self._smoothing = SMOOTHEST * share
        self._redraw_all()

    def set_log(self, is_log: bool) -> None:
        """Draw values by their logarithm; those that are not above 0 are left out."""
        self._is_log = is_log
        self._plot.getAxis("left").setLogMode(False, is_log)
        self.show_all()

    @Slot()
    def show_all(self) -> None:
        """Bring everything into view again."""
        if self._is_zoomed:
            self._is_zoomed = False
            self.zoomed.emit(False)
        self._redraw_all()

    def save_picture(self, path: Path) -> bool:
        """Write what is in view as PNG; False where that cannot be."""
        picture = QPixmap(self.size() * 2)
        picture.setDevicePixelRatio(2)
        picture.fill(color("panel"))
        self.redraw()
        self.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        return picture.save(str(path), "PNG")

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
            self._draw_line(name)
        self._drawn.clear()
        band = self._scaled(np.array(self._band_values or (math.nan, math.nan)))
        self._band.setVisible(bool(np.isfinite(band).all()))
        if self._band.isVisible():
            self._band.setRegion(tuple(band))
        for number, reference in enumerate(self._references):
            value = self._scaled(np.array(self._reference_values[number : number + 1]))
            reference.setVisible(bool(np.isfinite(value).any()))
            if reference.isVisible():
                reference.setPos(float(value[0]))
        if not self._is_zoomed:
            self._frame()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_redraw_soon"):
            self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right point at the moment before and after."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.pointer.go(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointer.leave()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel is the page's; nothing is pointed at where the mouse has left."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        if event.type() == QEvent.Type.Leave:
            self.pointer.leave()
        return False

    # Drawing

    def _draw_line(self, name: str) -> None:
        xs, ys = self._in_view(*(np.array(values, dtype=float) for values in self._points[name]))
        xs, ys = _averaged(xs, ys)
        ys = _smoothed(ys, self._smoothing)
        line = self._line(name)
        line.draw(xs, self._scaled(ys))
        if name in self._spreads:
            line.shade(xs, *(self._scaled(ys + side) for side in (-self._spreads[name], self._spreads[name])))

    def _in_view(self, xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of a line that is enlarged what can be seen, one point beyond on either side."""
        if not self._is_zoomed:
            return xs, ys
        left, right = self._plot.viewRange()[0]
        first, last = np.searchsorted(xs, (left, right))
        seen = slice(max(0, first - 1), last + 1)
        return xs[seen], ys[seen]

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        """Values as they are drawn."""
        if not self._is_log:
            return values
        logs = np.full(len(values), np.nan)
        np.log10(values, out=logs, where=values > 0)
        return logs

    def _frame(self) -> None:
        """Show the lines from 0 on, with band and references; no figures on the axes of an empty chart."""
        xs = [x for line, _ in self._points.values() for x in line]
        ys = sorted(y for _, line in self._points.values() for y in line if self._can_be_drawn(y))
        wild = int(WILD_SHARE * len(ys))
        ys = ys[wild : len(ys) - wild]
        ys += filter(self._can_be_drawn, (*(self._band_values or ()), *self._reference_values))
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setStyle(showValues=bool(ys))
        if not ys:
            return
        low, high = min(ys), max(ys)
        if self._is_log:
            low, high = math.log10(low), math.log10(high)
        elif 0 < low < high / 2 or 0 < low == high:
            low = 0.0
        self._plot.setXRange(0, max(xs, default=0) or 1, padding=0.02)
        self._plot.setYRange(low, high if high > low else low + 1, padding=0.05)

    def _can_be_drawn(self, value: float) -> bool:
        return math.isfinite(value) and (value > 0 or not self._is_log)

    def _redraw_all(self) -> None:
        self._drawn.update(self._points)
        self.redraw()

    @Slot()
    def _note_zoom(self) -> None:
        self._is_zoomed = True
        self._redraw_all()
        self.zoomed.emit(True)

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
        plot.setMouseEnabled(x=False, y=False)  # nothing moves; what is dragged over is enlarged
        plot.getViewBox().setMouseMode(self._pg.ViewBox.RectMode)
        plot.getViewBox().sigRangeChangedManually.connect(self._note_zoom)
        plot.viewport().installEventFilter(self)
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

    def _line(self, name: str) -> PlotLine:
        if name not in self._lines:
            self._lines[name] = self._spare.pop() if self._spare else PlotLine(self._pg, self._plot)
            self._lines[name].dress(self.line_color(name), self._markers)
        return self._lines[name]

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
        for reference, style in zip(self._references, STYLES, strict=True):
            pen = QPen(QColor(t.warn), 2, style)
            pen.setCosmetic(True)
            reference.setPen(pen)
        self.pointer.dress()
        for name, line in self._lines.items():
            line.dress(self.line_color(name), self._markers)


def _averaged(xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most `MOST_DRAWN` points, each the mean of as many neighbors, so that a curve of noise shows its course."""
    if not len(xs):
        return xs, ys
    size = -(-len(xs) // MOST_DRAWN)
    starts = np.arange(0, len(xs), size)
    counts = np.diff(np.append(starts, len(xs)))
    return np.add.reduceat(xs, starts) / counts, np.add.reduceat(ys, starts) / counts


def _smoothed(ys: np.ndarray, share: float) -> np.ndarray:
    """Each value mixed with the smoothed one before it, which has `share` of it (exponential smoothing)."""
    if not share or not len(ys):
        return ys
    smoothed, level = np.empty_like(ys), ys[0]
    for place, value in enumerate(ys):
        level = share * level + (1 - share) * value if math.isfinite(value) else level
        smoothed[place] = level
    return smoothed
