"""The runs that are planned for after the one that learns."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from models.families import FAMILIES, family_class
from studio.project import Project
from studio.text import tr
from studio.training import automatic
from studio.training.planned import PlannedRun
from studio.training.queue import dequeue, move, queued
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.labels import make_label


class QueueCard(Card):
    """A row for each, to be moved or taken out; hidden while there is none."""

    start = Signal()
    """The user wants the first one to begin."""

    def __init__(self, project: Project) -> None:
        super().__init__(tr("Planned for later"), " ")
        self._project = project
        self._waiting: list[PlannedRun] = []
        self._start = Button(tr("Start the next"), "train.queue.start", tr("Begin the first of the planned runs now"))
        self._start.clicked.connect(self.start)
        self.header.addWidget(self._start)
        self._rows = QWidget()
        self.body.addWidget(self._rows)

    def refresh(self, can_start: bool) -> None:
        """Draw what the project keeps."""
        waiting = queued(self._project)
        self.setVisible(bool(waiting))
        self._start.setVisible(can_start)
        self.set_note("" if can_start else tr("one after the other, as soon as the run in hand has ended"))
        if waiting != self._waiting:
            self._waiting = waiting
            self._draw_rows()

    def _draw_rows(self) -> None:
        old, self._rows = self._rows, QWidget()
        layout = QGridLayout(self._rows)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(1, 1)
        for place, planned in enumerate(self._waiting):
            self._add_row(layout, place, planned, len(self._waiting))
        self.body.replaceWidget(old, self._rows)
        old.hide()
        old.deleteLater()

    def _add_row(self, layout: QGridLayout, place: int, planned: PlannedRun, count: int) -> None:
        name = f"train.queue.{place}"
        up = Button("", f"{name}.up", tr("Earlier"), icon_name="up", flat=True)
        down = Button("", f"{name}.down", tr("Later"), icon_name="down", flat=True)
        away = Button("", f"{name}.remove", tr("Take out of the plan"), icon_name="close", flat=True)
        up.setEnabled(place > 0)
        down.setEnabled(place + 1 < count)
        up.clicked.connect(partial(self._move, place, -1))
        down.clicked.connect(partial(self._move, place, 1))
        away.clicked.connect(partial(self._remove, place))
        layout.addWidget(make_label(f"{place + 1}.", "mute"), place, 0)
        layout.addWidget(make_label(planned_in_words(planned)), place, 1)
        for column, button in enumerate((up, down, away), 2):
            layout.addWidget(button, place, column)

    def _move(self, place: int, by: int) -> None:
        move(self._project, place, by)
        self.refresh(self._start.isVisibleTo(self))

    def _remove(self, place: int) -> None:
        dequeue(self._project, place)
        self.refresh(self._start.isVisibleTo(self))


def planned_title(planned: PlannedRun) -> str:
    """What is to learn, for a job's name."""
    return tr(family_class(planned.family).title if planned.family in FAMILIES else automatic.TITLE)


def planned_in_words(planned: PlannedRun) -> str:
    parts = [planned_title(planned), tr("{size} px", size=planned.plan.size)]
    if planned.plan.minutes is not None:
        parts.append(tr("{n} min", n=f"{planned.plan.minutes:g}"))
    if planned.parent is not None:
        parts.append(tr("from {run}, step {step:,}", run=planned.parent.run, step=planned.parent.step))
    return ", ".join(parts)
