"""A line across a chart that says what the values are where the mouse or the arrow keys point."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QPointF, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from studio.widgets.labels import make_label
from studio.widgets.theme import tokens

Lines = Mapping[str, tuple[Sequence[float], Sequence[float]]]
Described = Callable[[float, Mapping[str, float]], str]
"""What is said of a moment and the values of the lines there."""


class PlotPointer(QObject):
    """Points at a moment at which a line has a point."""

    def __init__(self, chart: QWidget, plot: Any, cursor: Any) -> None:
        """cursor: an infinite vertical line of pyqtgraph, which is put on `plot`."""
        super().__init__(chart)
        self.describe: Described | None = None
        self.moment: float | None = None
        self._chart, self._plot, self._cursor = chart, plot, cursor
        self._lines: Lines = {}
        plot.addItem(cursor, ignoreBounds=True)
        plot.scene().sigMouseMoved.connect(self._follow_mouse)
        self._words = make_label("", "note")
        self._words.setParent(chart)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words.setAutoFillBackground(True)
        self.leave()

    @property
    def words(self) -> str:
        """What is said; empty while nothing is pointed at."""
        return "" if self.moment is None else self._words.text()

    def set_lines(self, lines: Lines) -> None:
        """The lines to point at, ascending in their first values; they may grow."""
        self._lines = lines

    def dress(self) -> None:
        self._cursor.setPen(QColor(tokens().mute))

    def go(self, step: int) -> None:
        """Point at the moment after (1) or before (-1) the one pointed at, at first at the last of all."""
        moments = sorted({x for xs, _ in self._lines.values() for x in xs})
        if moments:
            at = len(moments) if self.moment is None else bisect_left(moments, self.moment) + step
            self.point_at(moments[min(max(at, 0), len(moments) - 1)])

    def point_at(self, x: float) -> None:
        """Point at the moment next to `x`."""
        lines = {name: line for name, line in self._lines.items() if line[0]}
        if not lines or self.describe is None:
            return
        places = {name: _nearest(xs, x) for name, (xs, _) in lines.items()}
        self.moment = min((lines[name][0][at] for name, at in places.items()), key=lambda moment: abs(moment - x))
        self._cursor.setPos(self.moment)
        self._words.setText(self.describe(self.moment, {name: lines[name][1][at] for name, at in places.items()}))
        self._words.adjustSize()
        self._words.move(self._chart.width() - self._words.width() - 6, 2)
        self._cursor.show()
        self._words.show()

    @Slot()
    def leave(self) -> None:
        """Point at nothing."""
        self.moment = None
        self._cursor.hide()
        self._words.hide()

    @Slot(QPointF)
    def _follow_mouse(self, place: QPointF) -> None:
        view = self._plot.getViewBox()
        if view.sceneBoundingRect().contains(place):
            self.point_at(view.mapSceneToView(place).x())
        else:
            self.leave()


def _nearest(xs: Sequence[float], x: float) -> int:
    """The place of the value next to `x` among ascending ones."""
    after = min(bisect_left(xs, x), len(xs) - 1)
    return after - 1 if after and x - xs[after - 1] < xs[after] - x else after
