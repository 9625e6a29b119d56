"""A run as it goes, or as it went: its curves, its samples through time, and what they mean."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from models.events import Event, LossPoint, MetricPoint, SampleSheet
from models.families import family_class
from models.families.base import SteppedFamily
from models.run_log import RunLog, SheetRecord, read_log
from studio.evaluating.meaning import formatted
from studio.project import Project
from studio.project.runs import Run, run_folder
from studio.text import tr
from studio.training.lines import Lines, read_lines
from studio.training.panel.samples import SampleCard
from studio.training.story import how_it_goes
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.plots import Chart
from studio.widgets.readings import ReadingList
from studio.widgets.run_picker import RunPicker
from studio.widgets.theme import GAP

CURVES = {"fid": "Likeness (FID, lower is better)", "kid": "Likeness (KID, lower is better)"}
SIDE_WIDTH = 344
CHART_HEIGHT = 110


class WatchPage(QWidget):
    """Shows one run: what its folder holds, and then what it says while it goes on."""

    picked = Signal(str)
    """The user wants to see the run of this name."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._run: Run | None = None
        self._log = RunLog()
        self._lines: Lines | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._make_curves(), 1)
        layout.addWidget(self._make_side(), 1)

    def list_runs(self, known: Sequence[Run], shown: str | None) -> None:
        self._runs.show_runs(known)
        if shown is not None:
            self._runs.choose(shown)

    def show_run(self, run: Run) -> None:
        """Draw what the folder of `run` holds."""
        folder = run_folder(self._project, run.name)
        self._run, self._log, self._lines = run, read_log(folder), read_lines(folder)
        has_curves = issubclass(family_class(run.family), SteppedFamily)
        self._lay_out(has_curves)
        self._samples.show_sheets(folder, run.plan.size, self._log.sheets, large=not has_curves)
        self._draw_likeness()
        self._losses.clear()
        for point in self._log.losses:
            self._add_losses(point)

    def take(self, event: Event) -> None:
        """Draw what the run says next; what its folder held already when it was shown is not drawn twice."""
        match event:
            case Lines():
                self._lines = event
                self._draw_likeness()
            case MetricPoint() if _is_new(event, self._log.metrics):
                self._log.metrics.append(event)
                self._draw_likeness()
            case LossPoint() if _is_new(event, self._log.losses):
                self._log.losses.append(event)
                self._add_losses(event)
            case SampleSheet() if _is_new(event, self._log.sheets):
                self._log.sheets.append(SheetRecord(event.step, event.seconds, f"sheets/{event.path.name}"))
                self._samples.add(self._log.sheets[-1])

    # Building

    def _make_curves(self) -> QWidget:
        self._likeness_card = Card(tr(CURVES["fid"]), " ")
        self._likeness = Chart(tr("minutes"), "train.likeness", markers=True)
        self._likeness_card.note_label.setWordWrap(True)
        self._likeness_card.header.setStretchFactor(self._likeness_card.note_label, 10)
        self._likeness_card.header.addLayout(self._make_figures())
        self._likeness_card.body.addWidget(self._likeness, 1)
        self._loss_card = Card(tr("Losses"), " ")
        self._loss_card.note_label.setTextFormat(Qt.TextFormat.RichText)
        self._losses = Chart(tr("minutes"), "train.losses")
        self._loss_card.body.addWidget(self._losses, 1)
        for chart in (self._likeness, self._losses):
            # As much room as there is, whatever a plot would like to have.
            chart.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            chart.setMinimumHeight(CHART_HEIGHT)
        self._curves = QWidget()
        layout = QVBoxLayout(self._curves)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._likeness_card, 3)
        layout.addWidget(self._loss_card, 2)
        return self._curves

    def _make_figures(self) -> QHBoxLayout:
        """The choice between the figures that have a curve."""
        layout = QHBoxLayout()
        layout.setSpacing(4)
        self._figures = QButtonGroup(self)
        for number, name in enumerate(CURVES):
            button = Button(name.upper(), f"train.curve.{name}", tr(CURVES[name]), flat=True)
            button.setCheckable(True)
            button.setChecked(name == "fid")
            self._figures.addButton(button, number)
            layout.addWidget(button)
        self._figures.idToggled.connect(self._draw_likeness)
        return layout

    def _make_side(self) -> QWidget:
        self._runs = RunPicker("train.run")
        self._runs.picked.connect(self.picked)
        self._samples = SampleCard()
        self._readings = ReadingList(tr("The first judgement comes with the first samples."))
        story = Card(tr("How it goes"))
        story.body.addWidget(self._readings)
        self._side = QWidget()
        self._side.setMinimumWidth(SIDE_WIDTH)
        layout = QVBoxLayout(self._side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._runs)
        layout.addWidget(self._samples, 1)
        layout.addWidget(story)
        layout.addStretch(1)
        return self._side

    def _lay_out(self, has_curves: bool) -> None:
        """Curves with the samples beside them; the samples alone for a family that is fitted in one step."""
        self._curves.setVisible(has_curves)
        self._side.setMaximumWidth(SIDE_WIDTH if has_curves else self.maximumWidth())
        layout = self._side.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setStretch(layout.indexOf(self._samples), int(not has_curves))
        layout.setStretch(layout.count() - 1, int(has_curves))

    # Drawing

    @Slot()
    def _draw_likeness(self) -> None:
        name = list(CURVES)[self._figures.checkedId()]
        points = [(point.seconds / 60, point.values[name]) for point in self._log.metrics if name in point.values]
        floor = self._lines.floor.get(name) if self._lines else None
        instant = self._lines.instant.get(name) if self._lines else None
        self._likeness.clear()
        self._likeness.set_line(name, [x for x, _ in points], [y for _, y in points])
        if floor is not None:
            self._likeness.set_band(*floor)
        if instant is not None:
            self._likeness.set_reference(instant)
        self._likeness.redraw()
        self._likeness_card.set_title(tr(CURVES[name]))
        self._likeness_card.set_note(_legend(name, floor, instant))
        self._tell()

    def _add_losses(self, point: LossPoint) -> None:
        for name, loss in point.losses.items():
            self._losses.add_point(name, point.seconds / 60, loss)
        self._loss_card.set_note(self._loss_legend(point))

    def _loss_legend(self, point: LossPoint) -> str:
        """The name of each line in its color, and what lines like these are good for."""
        assert self._run is not None
        family = family_class(self._run.family)
        assert issubclass(family, SteppedFamily)
        names = (
            f'<span style="color: {self._losses.line_color(name)}">{escape(tr(family.loss_titles[name]))}</span>'
            for name in point.losses
        )
        return " · ".join((*names, escape(tr(family.losses_note))))

    def _tell(self) -> None:
        if self._run is not None:
            metrics = self._log.metrics[-1].values if self._log.metrics else {}
            losses = self._log.losses[-1].losses if self._log.losses else {}
            self._readings.show_readings(how_it_goes(self._run, metrics, losses, self._lines))


def _is_new(
    event: LossPoint | MetricPoint | SampleSheet, known: Sequence[LossPoint | MetricPoint | SheetRecord]
) -> bool:
    return not known or event.step > known[-1].step


def _legend(name: str, floor: tuple[float, float] | None, instant: float | None) -> str:
    """What the band and the dotted line are, in words."""
    parts = []
    if floor is not None:
        low, high = (formatted(name, value) for value in floor)
        parts.append(tr("band: real images {range}", range=low if low == high else f"{low}–{high}"))
    if instant is not None:
        parts.append(tr("dots: Instant {value}", value=formatted(name, instant)))
    return " · ".join(parts)
