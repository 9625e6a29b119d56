"""The trials of a usefulness test as dots, a row for each arm, with the interval of the difference as a bar."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.usefulness import Gain
from studio.text import tr
from studio.widgets.theme import tokens

ROW_HEIGHT = 34
AXIS_HEIGHT = 46
SPREAD = 0.5
"""Of a row's height, over which its trials lie: the same trial is at the same height in each row."""


class TrialPlot(QWidget):
    """Values as percentages. The first plot imports pyqtgraph, a quarter of a second."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        import pyqtgraph

        self._pg = pyqtgraph
        self.setObjectName(object_name)
        self._x_title = ""
        self._titles: Sequence[str] = ()
        self._trials: Sequence[Sequence[float]] = ()
        self._gains: Mapping[int, Gain] = {}
        self._most = 1
        self._plot = pyqtgraph.PlotWidget(background=None)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)

    def show_trials(
        self,
        x_title: str,
        arms: Mapping[str, Sequence[float]],
        gains: Mapping[str, Gain],
        most: int,
    ) -> None:
        """Draw the trials of each arm by its title, the first being what the others are compared with.

        gains: by title, of those that have an interval. most: how many trials there will be.
        """
        self._x_title, self._titles, self._trials, self._most = x_title, list(arms), list(arms.values()), most
        self._gains = {row: gains[title] for row, title in enumerate(arms) if title in gains}
        self.setFixedHeight(AXIS_HEIGHT + ROW_HEIGHT * max(1, len(arms)))
        self.setAccessibleName(
            "; ".join(f"{title} {_mean(values):.1f}%" for title, values in arms.items() if len(values))
        )
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_plot"):
            self._draw()

    def _draw(self) -> None:
        t = tokens()
        self._plot.clear()
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(QPen(QColor(t.line)))
            axis.setTextPen(QPen(QColor(t.text if side == "left" else t.mute)))
            axis.setStyle(tickLength=0 if side == "left" else -4)
        self._plot.getAxis("left").setTicks([[(-row, title) for row, title in enumerate(self._titles)]])
        self._plot.setLabel("bottom", self._x_title, color=t.mute)
        self._plot.showGrid(x=True, alpha=0.15)
        self._plot.setYRange(0.6 - len(self._titles), 0.6, padding=0)
        if self._trials and len(self._trials[0]):
            self._draw_reference(_mean(self._trials[0]))
        for row, values in enumerate(self._trials):
            self._draw_row(row, values, t.series[row % len(t.series)])

    def _draw_reference(self, value: float) -> None:
        dotted = QPen(QColor(tokens().mute), 2, Qt.PenStyle.DotLine)
        dotted.setCosmetic(True)
        self._plot.addItem(self._pg.InfiniteLine(value, angle=90, pen=dotted))

    def _draw_row(self, row: int, values: Sequence[float], shade: str) -> None:
        if row in self._gains:
            gain, base = self._gains[row], _mean(self._trials[0])
            bar = self._pg.mkPen(QColor(shade), width=4, capStyle=Qt.PenCapStyle.RoundCap)
            self._plot.plot([base + 100 * gain.low, base + 100 * gain.high], [-row, -row], pen=bar)
        heights = SPREAD * (0.5 - (np.arange(len(values)) + 0.5) / self._most)
        faint = QColor(shade)
        faint.setAlphaF(0.55)
        self._plot.addItem(
            self._pg.ScatterPlotItem(
                100 * np.asarray(values, float), heights - row, size=6, pen=None, brush=self._pg.mkBrush(faint)
            )
        )
        if len(values):
            middle = self._pg.ScatterPlotItem([_mean(values)], [-row], symbol="d", size=13)
            middle.setBrush(self._pg.mkBrush(QColor(shade)))
            middle.setPen(self._pg.mkPen(QColor(tokens().panel), width=1.5))
            self._plot.addItem(middle)


def plot_note() -> str:
    """What is seen on the plot."""
    return tr(
        "A dot is a trial, a diamond the mean, a bar the 95% interval of the difference: where it crosses the dotted"
        " line, the difference may be chance."
    )


def _mean(values: Sequence[float]) -> float:
    return 100 * sum(values) / len(values)
