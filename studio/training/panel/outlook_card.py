"""What to expect of the run that is being planned."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFormLayout, QLabel

from models.families.base import FittedFamily
from studio.evaluating.meaning import Reading
from studio.text import tr
from studio.training.outlook import Outlook, expectations, machine, probe, probed_family
from studio.training.planned import PlannedRun
from studio.widgets.buttons import Button
from studio.widgets.cards import Card
from studio.widgets.labels import make_label
from studio.widgets.readings import ReadingList
from studio.widgets.session import Session

PROBE = "probe"
"""The kind of the job that tries a few steps."""


class OutlookCard(Card):
    """Time, memory and machine of a planned run, and what it may come to; a probe measures them on this machine."""

    def __init__(self, session: Session, say: Callable[[str], object]) -> None:
        """say: shows a sentence about what went wrong."""
        super().__init__(tr("What to expect"))
        self._session = session
        self._say = say
        self._planned: PlannedRun | None = None
        self._outlooks: list[Outlook] = []
        self._reader = session.reader()
        self._reader.ready.connect(self._show_readings)
        self._reader.failed.connect(self._say)
        self._time, self._memory = self._cell("train.outlook.time"), self._cell("train.outlook.memory")
        self._machine = self._cell("train.outlook.machine")
        form = QFormLayout()
        form.setVerticalSpacing(4)
        form.addRow(tr("Time"), self._time)
        form.addRow(tr("Memory"), self._memory)
        form.addRow(tr("Learns on"), self._machine)
        self._readings = ReadingList("")
        self._try = Button(
            tr("Try a few steps"), "train.probe", tr("Measure on this machine how many steps fit, and what they take")
        )
        self._try.clicked.connect(self._probe)
        self.body.addLayout(form)
        self.body.addWidget(self._readings)
        self.body.addWidget(self._try, 0, Qt.AlignmentFlag.AlignLeft)

    def show_planned(self, planned: PlannedRun) -> None:
        """Say what is known of such a run."""
        self._planned = planned
        outlook = next((known for known in self._outlooks if known.planned == planned), None)
        project = self._session.project
        self._reader.ask(lambda: expectations(project, planned, outlook))
        self._time.setText(_time(planned, outlook))
        self._memory.setText(_memory(planned, outlook))
        self._machine.setText(machine(outlook))
        self._allow_probe()

    def _cell(self, name: str) -> QLabel:
        label = make_label(wrap=True)
        label.setObjectName(name)
        return label

    @Slot()
    def _probe(self) -> None:
        assert self._planned is not None
        project, planned = self._session.project, self._planned
        title = tr("Trying {family}", family=tr(probed_family(planned.family).title))
        job = self._session.jobs.start(PROBE, title, lambda: probe(project, planned))
        job.done.connect(self._take)
        job.failed.connect(self._say)
        job.finished.connect(self._allow_probe)
        self._try.setEnabled(False)

    @Slot(object)
    def _take(self, outlook: Outlook) -> None:
        self._outlooks.append(outlook)
        assert self._planned is not None
        self.show_planned(self._planned)

    @Slot()
    def _allow_probe(self) -> None:
        self._try.setEnabled(not self._session.jobs.all)

    @Slot(object)
    def _show_readings(self, readings: Sequence[Reading]) -> None:
        self._readings.show_readings(readings)


def _time(planned: PlannedRun, outlook: Outlook | None) -> str:
    """How long the run takes, and what comes before it."""
    if planned.plan.minutes is None or _is_fitted(planned.family):
        learning = tr("seconds")
    else:
        learning = duration(60 * planned.plan.minutes)
    if outlook is None:
        return tr("{learning}, and a while to look at the images first", learning=learning)
    if outlook.preparing < 1:
        return tr("{learning}; the images are ready", learning=learning)
    return tr(
        "{learning}, and {ready} to look at the images first", learning=learning, ready=duration(outlook.preparing)
    )


def _memory(planned: PlannedRun, outlook: Outlook | None) -> str:
    if _is_fitted(planned.family):
        return tr("hardly any beside the images")
    if outlook is None or outlook.pace is None:
        return tr("try a few steps to know")
    pace = outlook.pace
    return tr("about {n:,.0f} MB a step, of {free:,.1f} GB that are free", n=pace.memory / 1e6, free=pace.free / 1e9)


def _is_fitted(family: str) -> bool:
    return issubclass(probed_family(family), FittedFamily)


def duration(seconds: float) -> str:
    """A time in words as coarse as they are sure."""
    if seconds < 55:
        return tr("{n} s", n=max(1, round(seconds)))
    minutes = seconds / 60
    if minutes < 90:
        return tr("{n} min", n=f"{minutes:.1f}".removesuffix(".0") if minutes < 10 else round(minutes))
    return tr("{n} h", n=f"{minutes / 60:.1f}".removesuffix(".0"))
