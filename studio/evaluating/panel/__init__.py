"""The Evaluate screen: every figure with its floor and its meaning, copies, classes, and whether it all helps."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from studio.evaluating.evaluate import Evaluation, evaluate, evaluations, explained
from studio.evaluating.panel.classes import ClassCard
from studio.evaluating.panel.figures import FigureTable
from studio.evaluating.panel.pairs import PairCard
from studio.evaluating.panel.usefulness import UsefulnessCard
from studio.evaluating.report import write_report
from studio.project.runs import find_run
from studio.text import tr, trn
from studio.training.story import name_of
from studio.widgets.cards import EmptyState
from studio.widgets.inputs import SpinBox
from studio.widgets.jobs import sentence_for
from studio.widgets.run_panel import RunPanel
from studio.widgets.session import Session
from studio.widgets.theme import GAP

DEFAULT_SAMPLES = 1000


class EvaluatePanel(RunPanel):
    """Judges a run and shows what its newest evaluation said, and what its usefulness test did."""

    stage = "evaluate"
    title = "Evaluate"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("Evaluate"),
            tr("Judge the samples of the chosen run"),
            tr("Once a generator has learned something, its samples can be judged here."),
        )
        self._save = self.add_action(
            tr("Save report"),
            "evaluate.report",
            tr("Write what is shown here as one page for a browser"),
            False,
            "Ctrl+S",
        )
        self._save.clicked.connect(self._save_report)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._make_choice())
        self._none_yet = EmptyState(
            "evaluate", tr("No figures for this run yet. Evaluate compares its samples with your held-out images.")
        )
        self._figures, self._pairs, self._classes = FigureTable(), PairCard(), ClassCard()
        self._usefulness = UsefulnessCard(session, self.notify)
        layout.addWidget(self._none_yet, 1)
        layout.addWidget(self._figures)
        layout.addWidget(self._pairs)
        layout.addWidget(self._classes)
        layout.addWidget(self._usefulness)
        layout.addStretch(1)

    def _make_choice(self) -> QHBoxLayout:
        layout = QHBoxLayout()
        self._n = SpinBox()
        self._n.setRange(2, 50_000)
        self._n.setSingleStep(100)
        self._n.setValue(DEFAULT_SAMPLES)
        self._n.setSuffix(tr(" samples"))
        self._n.setObjectName("evaluate.n")
        self._n.setAccessibleName(tr("Samples"))
        self._n.setToolTip(tr("How many samples to judge; more is steadier and slower"))
        layout.addWidget(self.runs)
        layout.addWidget(self._n)
        layout.addStretch()
        return layout

    @Slot()
    def start(self) -> None:
        project, run, n = self.session.project, self.runs.run_name, self._n.value()
        assert run is not None
        title = tr("Evaluating {run}", run=name_of(find_run(project, run)))
        job = self.session.jobs.start(self.stage, title, lambda: evaluate(project, run, n))
        job.failed.connect(self.notify)
        self.refresh()

    @Slot()
    def _save_report(self) -> None:
        run = self.runs.run_name
        assert run is not None
        path, _ = QFileDialog.getSaveFileName(self, tr("Save report"), f"{run}.html", tr("Web pages (*.html)"))
        if not path:
            return
        try:
            write_report(self.session.project, run, Path(path))
        except OSError as error:
            self.notify(sentence_for(error))

    @Slot()
    def show_run(self) -> None:
        """Show the newest evaluation of the chosen run."""
        run = self.runs.run_name
        found = [each for each in evaluations(self.session.project) if each.run == run]
        self._none_yet.setVisible(not found)
        self._save.setEnabled(bool(found))
        for card in (self._figures, self._pairs):
            card.setVisible(bool(found))
        self._classes.setVisible(bool(found and found[-1].classes))
        self._usefulness.setVisible(run is not None)
        if run is not None:
            self._usefulness.show_run(run)
        if found:
            self._show(found[-1])
        elif run is not None:
            self.set_sentence(tr("{run} has not been judged yet.", run=name_of(find_run(self.session.project, run))))
        else:
            self.set_sentence("")

    def _show(self, found: Evaluation) -> None:
        meanings, instant = explained(self.session.project, found)
        good = sum(reading.state == "good" for reading in meanings)
        self.set_sentence(
            trn(
                "{n} figure of {all} is as it should be.",
                "{n} figures of {all} are as they should be.",
                good,
                all=len(meanings),
            )
        )
        self._figures.show_evaluation(found, meanings, instant)
        self._pairs.show_evaluation(found, self.session.project)
        self._classes.show_classes(found.classes)
