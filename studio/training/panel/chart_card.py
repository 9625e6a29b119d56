"""A card with a chart, and what can be done with it: smooth, logarithm, the whole again, saved as a picture."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy

from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.inputs import Slider
from studio.widgets.labels import make_label
from studio.widgets.plots import Chart

CHART_HEIGHT = 110
SLIDER_WIDTH = 64
SLIDER_STEPS = 20


class ChartCard(Card):
    """Its `chart`, below the title with tools at the right and a legend in words."""

    said = Signal(str, str)
    """A sentence for the user, and its level."""

    def __init__(self, title: str, object_name: str, markers: bool = False) -> None:
        super().__init__(title)
        self._name = object_name
        self._titles: Mapping[str, str] = {}
        self._remarks: Sequence[str] = ()
        self.chart = Chart(tr("minutes"), object_name, markers)
        self.chart.setAccessibleName(title)
        self.chart.setToolTip(tr("Drag over a part to enlarge it; Left and Right point at a moment"))
        # As much room as there is, whatever a plot would like to have.
        self.chart.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.chart.setMinimumHeight(CHART_HEIGHT)
        self.choices = QHBoxLayout()
        self.choices.setSpacing(2)
        self.legend = make_label(role="note", wrap=True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.header.addLayout(self.choices)
        self.header.addLayout(self._make_tools())
        self.body.setSpacing(2)
        self.body.addWidget(self.legend)
        self.body.addWidget(self.chart, 1)

    def show_lines(self, titles: Mapping[str, str], notes: Sequence[str]) -> None:
        """The legend: the title of each line in its color, and further notes."""
        self._titles, self._remarks = titles, notes
        self._write_legend()

    def save_picture(self, path: Path) -> None:
        """Save what is in view, and say whether that was done."""
        if self.chart.save_picture(path):
            self.said.emit(tr("The curve is in “{path}”.", path=path), "good")
        else:
            self.said.emit(tr("“{path}” could not be written. Choose another place.", path=path), "warn")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._write_legend()

    def _write_legend(self) -> None:
        lines = [
            f'<span style="color: {self.chart.line_color(name)}">{escape(title)}</span>'
            for name, title in self._titles.items()
        ]
        self.legend.setText(" · ".join((*lines, *map(escape, self._remarks))))

    def _make_tools(self) -> QHBoxLayout:
        name = self._name
        self._whole = Button(tr("Whole"), f"{name}.whole", tr("Show the whole curve again"), flat=True)
        self._whole.clicked.connect(self.chart.show_all)
        self._whole.hide()
        self.chart.zoomed.connect(self._whole.setVisible)
        smooth_title = make_label(tr("Smoothing"), "note")
        smooth = Slider()
        smooth_title.setBuddy(smooth)
        smooth.setObjectName(f"{name}.smooth")
        smooth.setAccessibleName(tr("Smoothing"))
        smooth.setToolTip(tr("Smooth the curve: what is left is its course"))
        smooth.setRange(0, SLIDER_STEPS)
        smooth.setFixedWidth(SLIDER_WIDTH)
        smooth.valueChanged.connect(self._smooth)
        log = Button(tr("Log"), f"{name}.log", tr("Draw by the logarithm, which shows small values larger"), flat=True)
        log.setCheckable(True)
        log.toggled.connect(self.chart.set_log)
        self._save = Button("", f"{name}.save", tr("Save the curve as a picture"), icon_name="image", flat=True)
        self._save.clicked.connect(self._choose_file)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for widget in (self._whole, smooth_title, smooth, log, self._save):
            tools.addWidget(widget)
        return tools

    @Slot(int)
    def _smooth(self, value: int) -> None:
        self.chart.set_smoothing(value / SLIDER_STEPS)

    @Slot()
    def _choose_file(self) -> None:
        title, kinds = tr("Save the curve as"), tr("Pictures (*.png)")
        path, _ = QFileDialog.getSaveFileName(self, title, "curve.png", kinds)
        if path:
            self.save_picture(Path(path))
