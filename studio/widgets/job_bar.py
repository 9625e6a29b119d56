"""The job bar: what runs, how far it is, how long it will take, and a way to stop it."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from models.events import Progress
from studio.text import tr
from studio.widgets.buttons import Button
from studio.widgets.forecast import time_left
from studio.widgets.jobs import Job, Jobs
from studio.widgets.labels import make_label

FINENESS = 1000
SHOW_AFTER_MS = 300
"""Jobs that are shorter are over before anyone could read about them."""


class JobBar(QFrame):
    """A row for each running job; not there when nothing runs."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("jobs")
        self.setProperty("role", "card")
        self._jobs = jobs
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(14, 8, 14, 8)
        self._rows.setSpacing(6)
        self._show_soon = QTimer(self)
        self._show_soon.setSingleShot(True)
        self._show_soon.setInterval(SHOW_AFTER_MS)
        self._show_soon.timeout.connect(self.show)
        self.hide()
        for job in jobs.all:
            self._add(job)
        jobs.started.connect(self._add)

    @Slot(object)
    def _add(self, job: Job) -> None:
        self._rows.addWidget(_JobRow(job))
        job.finished.connect(self._hide_when_idle)
        self._show_soon.start()

    @Slot()
    def _hide_when_idle(self) -> None:
        if not self._jobs.all:
            self._show_soon.stop()
            self.hide()


class _JobRow(QFrame):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        title = make_label(job.title, "strong")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(job.title)
        self._words = make_label("", "mute")
        self._words.setObjectName(f"jobs.{job.kind}.words")
        self._pause = Button("", f"jobs.{job.kind}.pause", tr("Pause"), icon_name="pause", flat=True)
        self._pause.clicked.connect(self._toggle_pause)
        self._cancel = Button(tr("Cancel"), f"jobs.{job.kind}.cancel", tr("Stop; what is finished by now is kept"))
        self._cancel.clicked.connect(job.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(self._bar, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._words)
        layout.addWidget(self._pause)
        layout.addWidget(self._cancel)
        self._pause.setVisible(job.pausable)
        job.changed.connect(self._draw)
        job.finished.connect(self._leave)
        self._draw()

    @Slot()
    def _toggle_pause(self) -> None:
        if self._job.paused:
            self._job.resume()
        else:
            self._job.pause()

    @Slot()
    def _draw(self) -> None:
        job = self._job
        progress = job.progress
        if progress is None or not progress.total:
            self._bar.setRange(0, 0)  # unknown: the bar only shows that something moves
        else:
            self._bar.setRange(0, FINENESS)
            self._bar.setValue(round(FINENESS * progress.done / progress.total))
        self._words.setText(describe(job))
        self._pause.set_icon("play" if job.paused else "pause")
        self._pause.setToolTip(tr("Go on") if job.paused else tr("Pause"))
        self._pause.setAccessibleName(self._pause.toolTip())
        self._cancel.setEnabled(not job.canceling)
        self._pause.setEnabled(not job.canceling)

    @Slot()
    def _leave(self) -> None:
        self.hide()
        self.deleteLater()


def describe(job: Job) -> str:
    """How far a job is and how long it will take, in a few words."""
    if job.canceling:
        return tr("stopping…")
    parts = [] if job.progress is None else [tr(job.progress.what), amount(job.progress)]
    left = job.forecast.seconds_left
    if job.paused:
        parts.append(tr("paused"))
    elif left is not None:
        parts.append(time_left(left))
    return " · ".join(part for part in parts if part)


def amount(progress: Progress) -> str:
    """“1,200 of 2,624”, or “12 of 20 min” where time is what is counted; empty where the total is unknown."""
    if not progress.total:
        return ""
    if progress.unit == "s":
        return tr("{done} of {total} min", done=_minutes(progress.done), total=_minutes(progress.total))
    return tr("{done} of {total}", done=f"{progress.done:,.0f}", total=f"{progress.total:,.0f}")


def _minutes(seconds: float) -> str:
    """Whole minutes, with a decimal only where it says something."""
    minutes = seconds / 60
    return f"{minutes:.0f}" if minutes >= 10 or minutes == round(minutes) else f"{minutes:.1f}"
