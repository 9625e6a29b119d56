"""The card that answers whether it all helps a classifier."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout

from models.events import Event
from models.usefulness import Gain
from studio.augmenting import project_chain
from studio.evaluating.panel.trial_plot import TrialPlot, plot_note
from studio.evaluating.usefulness import TRIALS, TrialDone, Usefulness, kept_usefulness, usefulness
from studio.evaluating.usefulness_forecast import forecast
from studio.evaluating.verdict import ARM_TITLES, FIGURE_TITLES, compared, headline, verdicts
from studio.project.runs import find_run
from studio.text import tr, trn
from studio.training.story import name_of
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.labels import make_label
from studio.widgets.readings import ReadingList
from studio.widgets.session import Session

KIND = "usefulness"
"""The kind of its job."""


class UsefulnessCard(Card):
    """Starts the usefulness test, draws its trials as they come, and tells what came of it."""

    def __init__(self, session: Session, say: Callable[[str], object]) -> None:
        """say: shows a sentence about what went wrong."""
        super().__init__(tr("Does it help?"), " ")
        self._session = session
        self._say = say
        self._run = ""
        self._tested = ""
        self._figure = "auroc"
        self._trials: dict[str, list[float]] = {}
        self._forecasts: dict[str, str] = {}
        self._plot: TrialPlot | None = None
        self._reader = session.reader()
        self._reader.ready.connect(self._show_forecast)
        self._reader.failed.connect(self._show_refusal)
        self._answer = make_label(role="strong", wrap=True)
        self._answer.setObjectName("evaluate.usefulness.answer")
        self._readings = ReadingList("")
        self._note = make_label(plot_note(), "note", wrap=True)
        self._compared = make_label(role="note", wrap=True)
        self._start = Button(
            tr("Try it"),
            "evaluate.usefulness",
            tr("Teach a small classifier with and without augmented and synthetic images, and compare"),
        )
        self._start.clicked.connect(self.start)
        self._words = make_label(role="mute", wrap=True)
        self._words.setObjectName("evaluate.usefulness.words")
        self.body.addWidget(self._answer)
        self.body.addWidget(self._readings)
        self.body.addWidget(self._note)
        self.body.addWidget(self._compared)
        self.body.addLayout(self._make_start())

    def _make_start(self) -> QHBoxLayout:
        layout = QHBoxLayout()
        layout.addWidget(self._start, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._words, 1)
        return layout

    def show_run(self, run: str) -> None:
        """Show what came of the newest test with the samples of a run, or the trials of the one that goes on."""
        self._run = run
        goes_on = self._session.jobs.running(KIND) is not None and self._tested == run
        found = None if goes_on else kept_usefulness(self._session.project, run)
        for widget in (self._answer, self._readings, self._compared):
            widget.setVisible(found is not None)
        self._note.setVisible(found is not None or goes_on)
        self._start.setEnabled(self._session.jobs.running(KIND) is None)
        if found is not None:
            self._show_found(found)
        elif goes_on:
            self._draw_trials()
        elif self._plot is not None:
            self._plot.hide()
        self._tell(found)

    @Slot()
    def start(self) -> None:
        project, run = self._session.project, self._run
        self._tested, self._trials = run, {}
        title = tr("Trying what {run} is good for", run=name_of(find_run(project, run)))
        job = self._session.jobs.start(KIND, title, lambda: usefulness(project, run))
        job.events.connect(self._take)
        job.failed.connect(self._say)
        self.show_run(run)

    @Slot(list)
    def _take(self, events: Sequence[Event]) -> None:
        done = [event for event in events if isinstance(event, TrialDone)]
        for event in done:
            self._figure = event.figure
            for arm, value in event.values.items():
                self._trials.setdefault(arm, []).append(value)
        if done and self._run == self._tested:
            self._draw_trials()

    def _draw_trials(self) -> None:
        arms = {tr(ARM_TITLES[arm]): values for arm, values in self._trials.items()}
        self._draw(self._figure, arms, {})

    def _show_found(self, found: Usefulness) -> None:
        self._answer.setText(headline(found))
        self._readings.show_readings(verdicts(found))
        self._compared.setText(" ".join(compared(found)))
        arms = {tr(ARM_TITLES[arm.name]): arm.by_trial for arm in found.arms}
        gains = {tr(ARM_TITLES[arm.name]): arm.gains[found.figure] for arm in found.arms if arm.gains}
        self._draw(found.figure, arms, gains)

    def _draw(self, figure: str, arms: Mapping[str, Sequence[float]], gains: Mapping[str, Gain]) -> None:
        if self._plot is None:
            self._plot = TrialPlot("evaluate.usefulness.plot")
            self.body.insertWidget(self.body.indexOf(self._note), self._plot)
        self._plot.setVisible(bool(arms))
        self._plot.show_trials(tr("{figure}, %", figure=tr(FIGURE_TITLES[figure])), arms, gains, TRIALS)

    def _tell(self, found: Usefulness | None) -> None:
        """Say beside the button what it would do, or why it is not needed."""
        if self._session.jobs.running(KIND) is not None:
            self._words.setText(tr("Trials appear as they finish; stopped, it goes on later where it was."))
        elif found is not None:
            self._words.setText(self._age(found))
        elif self._run in self._forecasts:
            self._words.setText(self._forecasts[self._run])
        else:
            self._words.setText(_what_it_does())
            project, run = self._session.project, self._run
            self._reader.ask(lambda: (run, forecast(project, run)))

    def _age(self, found: Usefulness) -> str:
        chain = project_chain(self._session.project)
        if found.comparison.chain != (msgspec.json.decode(chain.encode()) if chain.active else None):
            return tr("The augmentation has changed since: try again.")
        return tr("Tried on {date}.", date=found.created[:10])

    @Slot(object)
    def _show_forecast(self, told: tuple[str, float]) -> None:
        run, seconds = told
        minutes = max(1, round(seconds / 60))
        takes = trn("It will take about {n} minute.", "It will take about {n} minutes.", minutes)
        self._forecasts[run] = f"{_what_it_does()} {takes}"
        if run == self._run and not self._answer.isVisible():
            self._words.setText(self._forecasts[run])

    @Slot(str)
    def _show_refusal(self, sentence: str) -> None:
        self._words.setText(sentence)
        self._start.setEnabled(False)


def _what_it_does() -> str:
    return tr(
        "Teaches the same small classifier with your real images alone, and with augmented and synthetic ones added,"
        " ten times each, and compares them on the held-out images."
    )
