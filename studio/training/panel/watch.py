"""A run as it goes, or as it went: its curves, its samples through time, and what they mean."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.events import Event, LossPoint, MetricPoint, SampleSheet
from models.families import family_class
from models.families.base import SteppedFamily
from models.run_log import RunLog, SheetRecord, read_log
from studio.project import Project
from studio.project.runs import Moment, Run, run_folder
from studio.text import tr
from studio.training.branching import best_moment, moments
from studio.training.lines import Lines, read_lines
from studio.training.panel.chart_card import ChartCard
from studio.training.panel.figure_card import FigureCard
from studio.training.panel.note_card import NoteCard
from studio.training.panel.run_bar import RunBar
from studio.training.panel.samples import SampleCard
from studio.training.story import how_it_goes, trials_in_words
from studio.training.trials import Trials, read_trials
from studio.widgets.cards import Card
from studio.widgets.readings import ReadingList
from studio.widgets.theme import GAP

SIDE_WIDTH = 344


class WatchPage(QWidget):
    """Shows one run: what its folder holds, and then what it says while it goes on."""

    said = Signal(str, str)
    """A sentence for the user, and its level."""

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

    @property
    def moment(self) -> Moment | None:
        """The moment whose samples are in view, where its checkpoint is kept, else the best one; None without any."""
        if self._run is None:
            return None
        sheet = self._samples.sheet
        kept = [moment for moment in moments(self._project, self._run.name) if sheet and moment.step == sheet.step]
        return kept[0] if kept else best_moment(self._project, self._run.name)

    def show_run(self, run: Run) -> None:
        """Draw what the folder of `run` holds."""
        folder = run_folder(self._project, run.name)
        self._run, self._log, self._lines = run, read_log(folder), read_lines(folder)
        has_curves = issubclass(family_class(run.family), SteppedFamily)
        self._lay_out(has_curves)
        self.notes.show_run(run)
        self._show_trials(read_trials(folder))
        self._samples.show_sheets(folder, run.plan.size, self._log.sheets, large=not has_curves)
        self._draw_figures()
        self._losses.chart.clear()
        for point in self._log.losses:
            self._add_losses(point)

    def take(self, event: Event) -> None:
        """Draw what the run says next; what its folder held already when it was shown is not drawn twice."""
        match event:
            case Trials():
                self._show_trials(event)
            case Lines():
                self._lines = event
                self._draw_figures()
            case MetricPoint() if _is_new(event, self._log.metrics):
                self._log.metrics.append(event)
                self._draw_figures()
            case LossPoint() if _is_new(event, self._log.losses):
                self._log.losses.append(event)
                self._add_losses(event)
            case SampleSheet() if _is_new(event, self._log.sheets):
                self._log.sheets.append(SheetRecord(event.step, event.seconds, f"sheets/{event.path.name}"))
                self._samples.add(self._log.sheets[-1])

    # Building

    def _make_curves(self) -> QWidget:
        self._figures = FigureCard()
        self._losses = ChartCard(tr("Losses"), "train.losses")
        self._losses.chart.pointer.describe = self._describe_losses
        for card in (self._figures, self._losses):
            card.said.connect(self.said)
        self._curves = QWidget()
        layout = QVBoxLayout(self._curves)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._figures, 3)
        layout.addWidget(self._losses, 2)
        return self._curves

    def _make_side(self) -> QWidget:
        self.bar = RunBar()
        self.notes = NoteCard(self._project)
        self.bar.rename.connect(self.notes.edit_title)
        self._samples = SampleCard()
        self._readings = ReadingList(tr("The first judgement comes with the first samples."))
        story = Card(tr("How it goes"))
        story.body.addWidget(self._readings)
        self._trials = ReadingList("")
        self._trials_card = Card(tr("What Automatic tried"))
        self._trials_card.body.addWidget(self._trials)
        self._side = QWidget()
        self._side.setMinimumWidth(SIDE_WIDTH)
        layout = QVBoxLayout(self._side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.bar)
        layout.addWidget(self._samples, 1)
        for card in (story, self._trials_card, self.notes):
            layout.addWidget(card)
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

    def _show_trials(self, trials: Trials | None) -> None:
        self._trials_card.setVisible(trials is not None)
        self._trials.show_readings([] if trials is None else trials_in_words(trials))

    def _draw_figures(self) -> None:
        self._figures.show_points(self._log.metrics, self._lines)
        self._tell()

    def _add_losses(self, point: LossPoint) -> None:
        for name, loss in point.losses.items():
            self._losses.chart.add_point(name, point.seconds / 60, loss)
        titles = self._loss_titles
        self._losses.show_lines({name: titles[name] for name in point.losses}, [tr(self._stepped.losses_note)])

    def _describe_losses(self, minutes: float, losses: Mapping[str, float]) -> str:
        titles = self._loss_titles
        figures = (f"{titles[name]} {loss:.3g}" for name, loss in losses.items())
        return " · ".join((tr("minute {minutes:.1f}", minutes=minutes), *figures))

    @property
    def _stepped(self) -> type[SteppedFamily]:
        assert self._run is not None
        family = family_class(self._run.family)
        assert issubclass(family, SteppedFamily)
        return family

    @property
    def _loss_titles(self) -> dict[str, str]:
        return {name: tr(title) for name, title in self._stepped.loss_titles.items()}

    def _tell(self) -> None:
        if self._run is not None:
            self._readings.show_readings(how_it_goes(self._run, self._log, self._lines))


def _is_new(
    event: LossPoint | MetricPoint | SampleSheet, known: Sequence[LossPoint | MetricPoint | SheetRecord]
) -> bool:
    return not known or event.step > known[-1].step
