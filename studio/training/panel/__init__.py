"""The Train screen: choosing a new run, watching runs as they go or went, and comparing them."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from models.events import Event, Notice, Task
from models.families import family_class
from studio.errors import UserError
from studio.labeling.panel.leak_alarm import LeakAlarm
from studio.project import Project
from studio.project.items import USABLE, class_counts, count
from studio.project.runs import Run, find_run, runs
from studio.text import tr, trn
from studio.training.freeze import TRAINING, check_trainable
from studio.training.panel.compare import ComparePage
from studio.training.panel.outlook_card import OutlookCard
from studio.training.panel.queue_card import QueueCard, planned_title
from studio.training.panel.run_files import RunFiles
from studio.training.panel.setup import SetupPage
from studio.training.panel.watch import WatchPage
from studio.training.planned import PlannedRun, carry_out
from studio.training.queue import dequeue, enqueue, queued
from studio.training.story import headline
from studio.training.train import RunStarted, TrainResult, train
from studio.widgets.jobs import Job
from studio.widgets.notices import Level
from studio.widgets.panel import Panel
from studio.widgets.session import Session


class TrainPanel(Panel):
    """Starts, pauses, stops and resumes runs, one after the other, and shows one of them or several side by side."""

    stage = "train"
    title = "Train"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._job: Job | None = None
        self._live: str | None = None
        self._shown: str | None = None
        self._follows = False
        self._make_actions()
        self._make_pages()
        if known := runs(session.project):
            self._show_run(known[-1].name)
        else:
            self._turn_to(self._setup)
        if running := session.jobs.running(self.stage):
            self._live = self._shown
            self._follow(running)

    def refresh(self) -> None:
        known = runs(self.session.project)
        self._watch.bar.show_runs(known, self._shown)
        self._watch.bar.offer_to_plan(self._job is not None)
        if self._page is self._setup:
            self._setup.refresh()
        self._queue.refresh(can_start=self._job is None)
        self._show_actions(bool(known))
        self.set_sentence(self._where_things_stand())

    # Building

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
        self._enqueue = add(
            tr("Plan for later"), "train.enqueue", tr("Begin it as soon as what runs and waits has ended"), primary=True
        )
        self._past.clicked.connect(self._show_newest)
        self._new.clicked.connect(self._set_up)
        self._pause.clicked.connect(self._pause_job)
        self._go_on.clicked.connect(self._resume)
        self._stop.clicked.connect(self._stop_job)
        self._start.clicked.connect(self._begin)
        self._enqueue.clicked.connect(self._plan_for_later)

    def _make_pages(self) -> None:
        session = self.session
        self._setup = SetupPage(session, OutlookCard(session, self.notify))
        self._watch, self._compare = WatchPage(session.project), ComparePage(session.project)
        self._files = RunFiles(session, self.notify, self)
        self._files.deleted.connect(self._show_what_is_left)
        self._watch.said.connect(self.notify)
        self._watch.notes.renamed.connect(session.changed)
        bar = self._watch.bar
        bar.picked.connect(self._show_run)
        bar.plan.connect(self._set_up)
        bar.branch.connect(self._branch)
        bar.compare.connect(self._show_comparison)
        bar.save_table.connect(self._save_table)
        bar.delete.connect(self._ask_to_delete)
        self._alarm = LeakAlarm(session, "train.leaks")
        self._alarm.clear.connect(self._train)
        self._alarm.left_alone.connect(self._train)
        self._alarm.mended.connect(self._say_mended)
        self._alarm.failed.connect(self.notify)
        self._queue = QueueCard(session.project)
        self._queue.start.connect(self._start_next)
        self._pages = (self._setup, self._watch, self._compare)
        self._page: QWidget = self._setup
        for widget in (self._alarm, self._queue, *self._pages):
            self.body.addWidget(widget)

    # Actions

    def _show_actions(self, any_known: bool) -> None:
        """At most two: for the run that goes on, else for the one that is shown, else for a new one."""
        going = self._job is not None
        held = self._job is not None and self._job.paused
        plans = self._page is self._setup and (self._live is not None or not going)
        watches = not plans and self._page is not self._compare
        self._pause.setVisible(watches and going and not held)
        self._stop.setVisible(watches and going)
        self._past.setVisible(not watches and any_known)
        self._start.setVisible(plans and not going)
        self._start.setEnabled(self._obstacle() is None)
        self._enqueue.setVisible(plans and going)
        self._new.setVisible(watches and not going)
        self._go_on.setVisible(watches and (held or (not going and self._rests())))

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
        self.clear_notice()
        self._start_planned(self._setup.planned)

    @Slot()
    def _plan_for_later(self) -> None:
        enqueue(self.session.project, self._setup.planned)
        self._show_newest()

    @Slot()
    def _start_next(self) -> None:
        if self._job is None and queued(self.session.project):
            self._start_planned(dequeue(self.session.project))

    @Slot()
    def _resume(self) -> None:
        if self._job is not None:
            self._job.resume()
            self.refresh()
            return
        self.clear_notice()
        project, run = self.session.project, self._shown_run()
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
        if known := runs(self.session.project):
            self._show_run(self._live or known[-1].name)

    @Slot()
    def _set_up(self) -> None:
        self._setup.begin_anew()
        self._turn_to(self._setup)

    @Slot()
    def _branch(self) -> None:
        """Plan a run that begins from what is in view."""
        moment = self._watch.moment
        if moment is not None:
            self._setup.branch_from(self._shown_run(), moment)
            self._turn_to(self._setup)

    @Slot()
    def _show_comparison(self) -> None:
        """Compare the run that is shown with the newest of the others."""
        names = [run.name for run in runs(self.session.project)]
        others = [name for name in names if name != self._shown]
        self._compare.compare([name for name in (self._shown, *others[-1:]) if name is not None])
        self._turn_to(self._compare)

    @Slot()
    def _save_table(self) -> None:
        self._files.choose_table(self._shown_run())

    @Slot()
    def _ask_to_delete(self) -> None:
        self._files.ask_to_delete(self._shown_run())

    @Slot()
    def _show_what_is_left(self) -> None:
        self._forget_what_is_gone()
        self.session.changed.emit()

    # The job

    def _start_planned(self, planned: PlannedRun) -> None:
        project = self.session.project
        self._start_job(planned_title(planned), lambda: carry_out(project, planned))

    def _start_job(self, family: str, make_task: Callable[[], Task[TrainResult]]) -> None:
        self._follows = True
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
                self._note_started(event.run)
            elif isinstance(event, Notice):
                self.notify(tr(event.text), cast(Level, event.level))
            elif self._shown == self._live:
                self._watch.take(event)

    def _note_started(self, run: str) -> None:
        """Show a run that begins, unless the user plans another one or compares meanwhile."""
        self._live = run
        if self._follows or self._page is self._watch:
            self._show_run(run)
        self._follows = False
        self.session.changed.emit()

    @Slot()
    def _notice_pause(self) -> None:
        """The job can also be paused in the job bar."""
        if self._job is not None and self._page is self._watch and self._job.paused == self._pause.isVisibleTo(self):
            self.refresh()

    @Slot()
    def _finish(self) -> None:
        """What is planned comes next, unless the user stopped what ran."""
        stopped = self._job is not None and self._job.canceling
        self._job = self._live = None
        self._forget_what_is_gone()
        self.session.changed.emit()
        if not stopped:
            looks_on = self._page is self._watch
            self._start_next()
            self._follows = looks_on

    # What is shown

    def _turn_to(self, page: QWidget) -> None:
        self._page = page
        for each in self._pages:
            each.setVisible(each is page)
        self.refresh()

    @Slot(str)
    def _show_run(self, name: str) -> None:
        self._shown = name
        self._watch.show_run(find_run(self.session.project, name))
        self._turn_to(self._watch)

    def _shown_run(self) -> Run:
        assert self._shown is not None
        return find_run(self.session.project, self._shown)

    def _forget_what_is_gone(self) -> None:
        """Show another run in the place of one that is no more."""
        known = [run.name for run in runs(self.session.project)]
        if self._shown in known or self._shown is None:
            return
        self._shown = None
        if known:
            self._show_run(known[-1])
        else:
            self._turn_to(self._setup)

    def _rests(self) -> bool:
        return self._shown is not None and self._shown_run().state == "paused"

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
        if self._page is self._compare:
            return tr("Runs side by side: tick those to compare.")
        if self._page is self._watch and self._shown is not None:
            return headline(self._shown_run())
        if self._job is not None and self._live is None:
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
