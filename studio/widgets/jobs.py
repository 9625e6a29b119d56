"""Long tasks in threads of their own, heard by the window at most ten times a second."""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from models.events import Event, Progress, Result, Task
from studio import crash_log
from studio.errors import explain
from studio.parallel import spare_cores
from studio.project import Project
from studio.text import tr
from studio.widgets.forecast import Forecast

LISTEN_EVERY_MS = 100


class Job(QObject):
    """One task in one thread. Exactly one of `done`, `failed` and `canceled` is emitted, then `finished`.

    The thread only fills a queue; a timer of the window empties it, so that a busy task cannot flood the window and
    nothing of a canceled job is ever heard. `kind` is the stage that the job belongs to.
    """

    events = Signal(list)
    done = Signal(object)
    failed = Signal(str)
    canceled = Signal()
    finished = Signal()
    changed = Signal()
    """Progress, pause or cancel: the job's row needs drawing."""

    def __init__(
        self, kind: str, title: str, make_task: Callable[[], Task], pausable: bool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.title = title
        self.pausable = pausable
        self.progress: Progress | None = None
        self.forecast = Forecast()
        self._started = time.monotonic()
        self._thread = _TaskThread(make_task, self)
        self._timer = QTimer(self)
        self._timer.setInterval(LISTEN_EVERY_MS)
        self._timer.timeout.connect(self._listen)
        self._thread.finished.connect(self._end)

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @property
    def paused(self) -> bool:
        return self._thread.paused

    @property
    def canceling(self) -> bool:
        return self._thread.canceled

    def start(self) -> None:
        self._timer.start()
        self._thread.start()

    def cancel(self) -> None:
        """Close the task as soon as it yields; what it finished before stays."""
        self._thread.cancel()
        self.changed.emit()

    def pause(self) -> None:
        """Hold the task at its next yield."""
        self._thread.pause()
        self.forecast = Forecast()
        self.changed.emit()

    def resume(self) -> None:
        self._thread.resume()
        self.changed.emit()

    def wait(self) -> None:
        """Block until the thread has ended; for the end of the program only."""
        self._thread.wait()

    @Slot()
    def _listen(self) -> None:
        heard = _coalesced(self._thread.take_events())
        if not heard or self.canceling:
            return
        for event in heard:
            if isinstance(event, Progress):
                self.progress = event
                self.forecast.update(event)
                self.changed.emit()
        self.events.emit(heard)

    @Slot()
    def _end(self) -> None:
        self._timer.stop()
        self._thread.wait()
        self._listen()
        if self.canceling:
            self.canceled.emit()
        elif self._thread.error is not None:
            self.failed.emit(sentence_for(self._thread.error))
        else:
            self.done.emit(self._thread.result)
        self._thread.forget()
        self.finished.emit()


class Jobs(QObject):
    """The jobs that run now."""

    started = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Job] = []

    def start(self, kind: str, title: str, make_task: Callable[[], Task], pausable: bool = False) -> Job:
        """Begin a task, made by `make_task` inside the job's thread. Connect to the job's signals right after this."""
        job = Job(kind, title, make_task, pausable, self)
        job.finished.connect(self._remove)
        self._running.append(job)
        job.start()
        self.started.emit(job)
        return job

    def running(self, kind: str) -> Job | None:
        """The newest running job of a kind."""
        return next((job for job in reversed(self._running) if job.kind == kind), None)

    @property
    def all(self) -> tuple[Job, ...]:
        return tuple(self._running)

    def cancel_all(self) -> None:
        for job in self.all:
            job.cancel()

    def wait(self) -> None:
        """Cancel what runs and block until every thread has ended; for the end of the program only."""
        self.cancel_all()
        for job in self.all:
            job.wait()

    @Slot()
    def _remove(self) -> None:
        job = self.sender()
        assert isinstance(job, Job)
        self._running.remove(job)
        job.deleteLater()


class _TaskThread(QThread):
    """Pulls events from a task into a queue until it ends, is canceled, or fails."""

    def __init__(self, make_task: Callable[[], Task], parent: QObject) -> None:
        super().__init__(parent)
        self.result: object = None
        self.error: Exception | None = None
        self._make_task: Callable[[], Task] | None = make_task
        self._events: deque[Event] = deque()
        self._may_run = threading.Event()
        self._may_run.set()
        self._cancel = threading.Event()

    @property
    def canceled(self) -> bool:
        return self._cancel.is_set()

    @property
    def paused(self) -> bool:
        return not self._may_run.is_set()

    def cancel(self) -> None:
        self._cancel.set()
        self._may_run.set()

    def pause(self) -> None:
        if not self.canceled:
            self._may_run.clear()

    def resume(self) -> None:
        self._may_run.set()

    def take_events(self) -> list[Event]:
        return [self._events.popleft() for _ in range(len(self._events))]

    def forget(self) -> None:
        """Let go of the task's result, which may be large, and of what `make_task` holds."""
        self.result = self.error = self._make_task = None

    def run(self) -> None:
        _leave_a_core_to_the_window()
        assert self._make_task is not None
        try:
            self._pull(self._make_task())
        except Exception as error:  # noqa: BLE001  the thread's end: whatever it was is told to the user
            self.error = error

    def _pull(self, task: Task) -> None:
        try:
            while not self.canceled:
                try:
                    self._events.append(next(task))
                except StopIteration as stop:
                    self.result = stop.value
                    return
                self._may_run.wait()
        finally:
            task.close()


def in_one_go(work: Callable[[], Any]) -> Task[Any]:
    """Work that cannot say how far it is, as a task."""
    yield Progress(0, 0)
    return work()


def stoppable(project: Project, task: Task[Result]) -> Task[Result]:
    """The task, which ends when its job is canceled even in the midst of what it asks of a project's database."""
    thread = QThread.currentThread()
    with project.stoppable(lambda: isinstance(thread, _TaskThread) and thread.canceled):
        return (yield from task)


def sentence_for(error: BaseException) -> str:
    """One sentence for any failure; defects of the program are written to the log, which it names."""
    sentence = explain(error)
    if sentence is not None:
        return sentence
    return tr(
        "Something went wrong in Seedbed itself: {what}. The details are in {log}.",
        what=f"{type(error).__name__}: {error}",
        log=crash_log.record(error),
    )


def _coalesced(events: Iterable[Event]) -> list[Event]:
    """All events in their order, of progress only the newest."""
    newest: Progress | None = None
    others: list[Event] = []
    for event in events:
        if isinstance(event, Progress):
            newest = event
        else:
            others.append(event)
    return others if newest is None else [*others, newest]


def _leave_a_core_to_the_window() -> None:
    if "torch" in sys.modules:
        import torch  # waits where another thread is still importing it

        torch.set_num_threads(spare_cores())
