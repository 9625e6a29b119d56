"""Runs side by side: their curves over each other, their samples, and the settings in which they differ."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from models.run_log import RunLog, read_log
from models.sheet import COLUMNS, read_sheet
from studio.evaluating.meaning import formatted
from studio.project import Project
from studio.project.runs import Run, run_folder, runs
from studio.text import tr
from studio.training.comparison import best_sheet, differences, last_sheet
from studio.training.curves import FIGURES
from studio.training.panel.chart_card import ChartCard
from studio.training.panel.figure_choice import FigureChoice
from studio.training.story import name_of
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.images import ImageGrid
from studio.widgets.labels import make_label
from studio.widgets.theme import GAP

MOST_RUNS = 4
SHOWN_SAMPLES = 2 * COLUMNS
SHEET_HEIGHT = 120
CURVE_HEIGHT = 210


class ComparePage(QWidget):
    """Compares up to four of the runs, which the user ticks."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._boxes: dict[str, QCheckBox] = {}
        self._titles: dict[str, str] = {}
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self._make_choice())
        left.addWidget(self._make_table())
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self._make_curves(), 1)
        right.addWidget(self._make_samples())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(left, 2)
        layout.addLayout(right, 3)

    def compare(self, names: Sequence[str]) -> None:
        """Show these runs side by side, and offer all others."""
        for box in self._boxes.values():
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for run in reversed(runs(self._project)):
            box = QCheckBox(name_of(run))
            box.setObjectName(f"train.compare.{run.name}")
            box.setToolTip(tr("Show or hide {run}", run=run.name))
            box.setChecked(run.name in names)
            box.toggled.connect(self._draw)
            self._boxes[run.name] = box
            self._choice.body.addWidget(box)
        self._draw()

    # Building

    def _make_choice(self) -> Card:
        self._choice = Card(tr("Runs"), tr("up to {n}", n=MOST_RUNS))
        return self._choice

    def _make_curves(self) -> ChartCard:
        self._curves = ChartCard(tr(FIGURES["kid"].title), "train.compare.curves", markers=True)
        self._curves.setMinimumHeight(CURVE_HEIGHT)
        self._curves.chart.pointer.describe = self._describe
        self._figures = FigureChoice(self._curves, "train.compare.curve", "kid")
        self._figures.idToggled.connect(self._draw)
        return self._curves

    def _make_samples(self) -> Card:
        card = Card(tr("Samples"))
        self._moments = QButtonGroup(self)
        for number, (name, text, tip) in enumerate(
            (
                ("best", tr("Best"), tr("The samples next to the best judgement of each run")),
                ("last", tr("Last"), tr("The last samples of each run")),
            )
        ):
            button = Button(text, f"train.compare.{name}", tip, flat=True)
            button.setCheckable(True)
            button.setChecked(name == "best")
            self._moments.addButton(button, number)
            card.header.addWidget(button)
        self._moments.idToggled.connect(self._draw)
        self._sheets = QGridLayout()
        self._sheets.setHorizontalSpacing(GAP)
        card.body.addLayout(self._sheets)
        return card

    def _make_table(self) -> Card:
        card = Card(tr("Where they differ"))
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(GAP)
        self._table.setVerticalSpacing(4)
        card.body.addLayout(self._table)
        return card

    # Drawing

    @Slot()
    def _draw(self) -> None:
        chosen = [name for name, box in self._boxes.items() if box.isChecked()]
        for name, box in self._boxes.items():
            box.setEnabled(name in chosen or len(chosen) < MOST_RUNS)
        known = (run for run in runs(self._project) if run.name in chosen)
        compared = [(run, read_log(run_folder(self._project, run.name))) for run in known]
        self._draw_curves(compared)
        self._draw_table(compared)
        self._draw_sheets(compared)

    def _draw_curves(self, compared: Sequence[tuple[Run, RunLog]]) -> None:
        name = self._figures.figure
        chart = self._curves.chart
        chart.clear()
        for run, log in compared:
            points = [(point.seconds / 60, point.values[name]) for point in log.metrics if name in point.values]
            chart.set_line(run.name, [x for x, _ in points], [y for _, y in points])
        chart.redraw()
        self._curves.set_title(tr(FIGURES[name].title))
        self._titles = {run.name: name_of(run) for run, _ in compared}
        self._curves.show_lines(self._titles, [tr(FIGURES[name].sentence)])

    def _describe(self, minutes: float, values: Mapping[str, float]) -> str:
        name = self._figures.figure
        figures = (f"{self._titles[run]} {formatted(name, value)}" for run, value in values.items())
        return " · ".join((tr("minute {minutes:.1f}", minutes=minutes), *figures))

    def _draw_table(self, compared: Sequence[tuple[Run, RunLog]]) -> None:
        _clear(self._table)
        rows = differences(self._project, compared) if len(compared) > 1 else {}
        if not rows:
            self._table.addWidget(make_label(tr("Tick runs that differ."), "mute"), 0, 0)
        heads = [name_of(run) for run, _ in compared] if rows else []
        for column, head in enumerate(heads, 1):
            self._table.addWidget(make_label(head, "note", wrap=True), 0, column)
        for row, (title, values) in enumerate(rows.items(), 1):
            self._table.addWidget(make_label(title, "mute", wrap=True), row, 0)
            for column, value in enumerate(values, 1):
                self._table.addWidget(make_label(value, wrap=True), row, column)

    def _draw_sheets(self, compared: Sequence[tuple[Run, RunLog]]) -> None:
        _clear(self._sheets)
        for column, (run, log) in enumerate(compared):
            sheet = best_sheet(log) if self._moments.checkedId() == 0 else last_sheet(log)
            grid = ImageGrid(f"train.compare.samples.{column}", columns=COLUMNS)
            grid.setFixedHeight(SHEET_HEIGHT)
            if sheet is not None:
                file = run_folder(self._project, run.name) / sheet.file
                grid.set_images(read_sheet(file, run.plan.size, run.plan.size)[:SHOWN_SAMPLES])
            row = 2 * (column // 2)
            self._sheets.addWidget(make_label(name_of(run), "note"), row, column % 2, Qt.AlignmentFlag.AlignLeft)
            self._sheets.addWidget(grid, row + 1, column % 2)


def _clear(layout: QGridLayout) -> None:
    while (place := layout.takeAt(0)) is not None:
        if (widget := place.widget()) is not None:
            widget.hide()
            widget.deleteLater()
