"""The Evaluate screen: every figure with its floor and its meaning, and samples beside their nearest real images."""

import msgspec
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout

from studio.evaluating.evaluate import SUSPECTS, Evaluation, evaluate, evaluations, suspect_pairs
from studio.evaluating.meaning import TITLES, Reading, formatted, readings
from studio.project import Project
from studio.project.runs import find_run
from studio.text import tr, trn
from studio.training.lines import instant_line
from studio.training.story import name_of
from studio.widgets.cards import Card, EmptyState
from studio.widgets.images import ImageGrid
from studio.widgets.inputs import SpinBox
from studio.widgets.labels import make_label
from studio.widgets.readings import StateMark
from studio.widgets.run_panel import RunPanel
from studio.widgets.session import Session
from studio.widgets.theme import GAP

DEFAULT_SAMPLES = 1000
PAIR_HEIGHT = 170


class EvaluatePanel(RunPanel):
    """Judges a run and shows what its newest evaluation said."""

    stage = "evaluate"
    title = "Evaluate"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("Evaluate"),
            tr("Judge the samples of the chosen run"),
            tr("Once a generator has learned something, its samples can be judged here."),
        )
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._make_choice())
        self._none_yet = EmptyState(
            "evaluate", tr("No figures for this run yet. Evaluate compares its samples with your held-out images.")
        )
        self._figures = FigureTable()
        self._pairs = PairCard()
        layout.addWidget(self._none_yet, 1)
        layout.addWidget(self._figures)
        layout.addWidget(self._pairs, 1)

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
    def show_run(self) -> None:
        """Show the newest evaluation of the chosen run."""
        run = self.runs.run_name
        found = [each for each in evaluations(self.session.project) if each.run == run]
        self._none_yet.setVisible(not found)
        self._figures.setVisible(bool(found))
        self._pairs.setVisible(bool(found))
        if found:
            self._show(found[-1])
        elif run is not None:
            self.set_sentence(tr("{run} has not been judged yet.", run=name_of(find_run(self.session.project, run))))
        else:
            self.set_sentence("")

    def _show(self, found: Evaluation) -> None:
        project = self.session.project
        run = find_run(project, found.run)
        instant = {} if run.family == "instant" else instant_line(project, run.version)
        figures, floor = msgspec.structs.asdict(found.matched), msgspec.structs.asdict(found.floor)
        meanings = readings(figures, floor, found.floor.n, instant)
        good = sum(reading.state == "good" for reading in meanings)
        self.set_sentence(
            trn(
                "{n} figure of {all} is as it should be.",
                "{n} figures of {all} are as they should be.",
                good,
                all=len(meanings),
            )
        )
        self._figures.show_evaluation(found, meanings)
        self._pairs.show_evaluation(found, project)


class FigureTable(Card):
    """The figures of an evaluation, each with its floor, its state and its meaning."""

    def __init__(self) -> None:
        super().__init__(tr("Figures"), " ")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(4, 1)
        self.body.addLayout(self._grid)
        heads = ("", tr("Figure"), tr("Samples"), tr("Real images"), tr("What it means"))
        for column, head in enumerate(heads):
            self._grid.addWidget(make_label(head, "note"), 0, column, _aligned(column))
        self._rows = {name: self._add_row(row, name) for row, name in enumerate(TITLES, 1)}

    def show_evaluation(self, found: Evaluation, meanings: list[Reading]) -> None:
        # From as many samples as there are held-out images, since most figures depend on the number.
        samples, real = msgspec.structs.asdict(found.matched), msgspec.structs.asdict(found.floor)
        for reading in meanings:
            mark, value, floor, meaning = self._rows[reading.name]
            mark.show_state(reading.state)
            value.setText(formatted(reading.name, samples[reading.name]))
            floor.setText(formatted(reading.name, real[reading.name]))
            meaning.setText(reading.sentence)
        self.set_note(
            tr(
                "{n:,} samples against {real:,} unseen real images, {extractor}",
                n=found.matched.n,
                real=found.floor.n,
                extractor=found.extractor,
            )
        )

    def _add_row(self, row: int, name: str) -> tuple:
        cells = (StateMark(), make_label(), make_label(role="mute"), make_label(wrap=True))
        mark, value, floor, meaning = cells
        value.setObjectName(f"evaluate.{name}")
        for column, cell in enumerate((mark, make_label(tr(TITLES[name])), value, floor, meaning)):
            self._grid.addWidget(cell, row, column, _aligned(column))
        return cells


class PairCard(Card):
    """The samples that are most like a training image, above the image they are like."""

    def __init__(self) -> None:
        super().__init__(tr("Most like a real image"), tr("above the sample, below its nearest training image"))
        self._grid = ImageGrid("evaluate.pairs", columns=SUSPECTS)
        self._grid.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._grid.setMinimumHeight(PAIR_HEIGHT)
        self._distances = make_label(role="note", wrap=True)
        self.body.addWidget(self._grid, 1)
        self.body.addWidget(self._distances)

    def show_evaluation(self, found: Evaluation, project: Project) -> None:
        if not found.suspects:
            self._grid.clear()
            self._distances.setText(tr("There are no held-out images to measure newness by."))
            return
        pairs = suspect_pairs(project, found.run)
        self._grid.set_images(pairs.swapaxes(0, 1).reshape(-1, *pairs.shape[2:]))
        nearest = ", ".join(f"{suspect.distance:.2f}" for suspect in found.suspects)
        self._distances.setText(
            tr("Distances, where 1 is what unseen real images have and below 0.25 is a copy: {list}.", list=nearest)
        )


def _aligned(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column in (2, 3) else Qt.AlignmentFlag(0)
