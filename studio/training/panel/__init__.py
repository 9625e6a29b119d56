"""The Train screen: choosing a new run, and watching runs as they go or went."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget

from models.events import Event, Notice, Task
from models.families import family_class
from studio.errors import UserError
from studio.labeling.panel.leak_alarm import LeakAlarm
from studio.project import Project
from studio.project.items import USABLE, class_counts, count
from studio.project.runs import find_run, runs
from studio.text import tr, trn
from studio.training.freeze import TRAINING, check_trainable
from studio.training.panel.outlook_card import OutlookCard
from studio.training.panel.setup import SetupPage
from studio.training.panel.watch import WatchPage
from studio.training.planned import carry_out
from studio.training.story import headline
from studio.training.train import RunStarted, TrainResult, train
from studio.widgets.jobs import Job
from studio.widgets.notices import Level
from studio.widgets.panel import Panel
from studio.widgets.session import Session


class TrainPanel(Panel):
    """Starts, pauses, stops and resumes runs, and shows one of them."""

    stage = "train"
    title = "Train"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._job: Job | None = None
        self._live: str | None = None
        self._shown: str | None = None
        self._make_actions()
        self._setup = SetupPage(session, OutlookCard(session, self.notify))
        self._watch = WatchPage(session.project)
        self._watch.picked.connect(self._show_run)
        self._watch.said.connect(self.notify)
        self._alarm = LeakAlarm(session, "train.leaks")
        self._alarm.clear.connect(self._train)
        self._alarm.left_alone.connect(self._train)
        self._alarm.mended.connect(self._say_mended)
        self._alarm.failed.connect(self.notify)
        self.body.addWidget(self._alarm)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._setup)
        self._pages.addWidget(self._watch)
        self.body.addWidget(self._pages)
        if known := runs(session.project):
            self._show_run(known[-1].name)
        if running := session.jobs.running(self.stage):
            self._live = self._shown
            self._follow(running)

    def refresh(self) -> None:
        known = runs(self.session.project)
        self._watch.list_runs(known, self._shown)
        self._pages.setCurrentWidget(self._setup if self._shown is None else self._watch)
        if self._shown is None:
            self._setup.refresh()
        self._show_actions(bool(known))
        self.set_sentence(self._where_things_stand())

    # Actions

    def _make_actions(self) -> None:
        add = self.add_action
        self._past = add(tr("Past runs"), "train.past", tr("Back to the runs that there are"))
        self._new = add(tr("New run…"), "train.new", tr("Choose a family, a size and a time for another run"))
        self._pause = add(
            tr("Pause and try samples"), "train.pause", tr("Rest, and make samples with what has been learned so far")
        )
        self._go_on = add(tr("Go on"), "train.resume", tr("Go on where the run rests"), primary=True)
        self._stop = add(tr("Stop"), "train.stop", tr("End here; what has been learned is kept, and can go on later"))
        self._start = add(
            tr("Start training"), "train.start", tr("Train on the images as they are now"), True, "Ctrl+Return"
        )
        self._past.clicked.connect(self._show_newest)
        self._new.clicked.connect(self._set_up)
        self._pause.clicked.connect(self._pause_job)
        self._go_on.clicked.connect(self._resume)
        self._stop.clicked.connect(self._stop_job)
        self._start.clicked.connect(self._begin)

    def _show_actions(self, any_known: bool) -> None:
        """At most two: for the run that goes on, else for the one that is shown, else for a new one."""
        going = self._job is not None
        held = self._job is not None and self._job.paused
        self._pause.setVisible(going and not held)
        self._stop.setVisible(going)
        self._past.setVisible(not going and self._shown is None and any_known)
        self._start.setVisible(not going and self._shown is None)
        self._start.setEnabled(self._obstacle() is None)
        self._new.setVisible(not going and self._shown is not None)
        self._go_on.setVisible(held or (not going and self._rests()))

    @Slot()
    def _begin(self) -> None:
        """Train, once nothing leaks from training to test, or the user knows of it."""
        self.clear_notice()
        self._alarm.check()

    @Slot()
    def _say_mended(self) -> None:
        self.notify(tr("Nothing leaks any more: start when you like."), "good")

    @Slot()
    def _train(self) -> None:
        project, planned = self.session.project, self._setup.planned
        self._start_job(self._setup.title, lambda: carry_out(project, planned))

    @Slot()
    def _resume(self) -> None:
        if self._job is not None:
            self._job.resume()
            self.refresh()
            return
        assert self._shown is not None
        project, run = self.session.project, find_run(self.session.project, self._shown)
        self._start_job(tr(family_class(run.family).title), lambda: train(project, resume=run.name))

    @Slot()
    def _pause_job(self) -> None:
        assert self._job is not None
        self._job.pause()
        self.refresh()
        self.session.navigate.emit("synthesize")

    @Slot()
    def _stop_job(self) -> None:
        assert self._job is not None
        self._job.cancel()

    @Slot()
    def _show_newest(self) -> None:
        self._show_run(runs(self.session.project)[-1].name)

    @Slot()
    def _set_up(self) -> None:
        self._shown = None
        self.refresh()

    # The job

    def _start_job(self, family: str, make_task: Callable[[], Task[TrainResult]]) -> None:
        self.clear_notice()
        title = tr("Training {family}", family=family)
        self._follow(self.session.jobs.start(self.stage, title, make_task, pausable=True))
        self.refresh()

    def _follow(self, job: Job) -> None:
        self._job = job
        job.events.connect(self._take)
        job.changed.connect(self._notice_pause)
        job.failed.connect(self.notify)
        job.finished.connect(self._finish)

    @Slot(list)
    def _take(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, RunStarted):
                self._live = event.run
                self._show_run(event.run)
                self.session.changed.emit()
            elif isinstance(event, Notice):
                self.notify(tr(event.text), cast(Level, event.level))
            elif self._shown == self._live:
                self._watch.take(event)

    @Slot()
    def _notice_pause(self) -> None:
        """The job can also be paused in the job bar."""
        if self._job is not None and self._job.paused == self._pause.isVisibleTo(self):
            self.refresh()

    @Slot()
    def _finish(self) -> None:
        self._job = self._live = None
        known = {run.name for run in runs(self.session.project)}
        if self._shown not in known:  # stopped before its first checkpoint
            self._shown = None
        self.session.changed.emit()

    # What is shown

    @Slot(str)
    def _show_run(self, name: str) -> None:
        self._shown = name
        self._watch.show_run(find_run(self.session.project, name))
        self.refresh()

    def _rests(self) -> bool:
        return self._shown is not None and find_run(self.session.project, self._shown).state == "paused"

    def _obstacle(self) -> str | None:
        """Why no run can begin."""
        try:
            check_trainable(self.session.project)
        except UserError as error:
            return str(error)
        return None

    def _where_things_stand(self) -> str:
        if self._job is not None and self._job.paused:
            return tr("Resting: make some samples in Synthesize, or go on.")
        if self._shown is not None:
            return headline(find_run(self.session.project, self._shown))
        if self._job is not None:
            return tr("The images are being made ready.")
        return self._obstacle() or _what_there_is(self.session.project)


def _what_there_is(project: Project) -> str:
    """What a run would learn from, in a sentence."""
    learned = trn("{n} image to learn from", "{n} images to learn from", count(project, f"{USABLE} AND {TRAINING}"))
    number = sum(n > 0 for name, n in class_counts(project).items() if name)
    if not number:
        return tr("{images}. Instant takes seconds, the others the time you give them.", images=learned)
    classes = trn("{n} class", "{n} classes", number)
    return tr(
        "{images} of {classes}. Instant takes seconds, the others the time you give them.",
        images=learned,
        classes=classes,
    )
