"""Small work off the window's thread of which only the newest result counts: previews, one large image."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal, Slot

from studio.widgets.jobs import sentence_for


class Latest(QObject):
    """Does one piece of work at a time. A newer request replaces one that waits, and silences one that runs."""

    ready = Signal(object)
    failed = Signal(str)
    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: Callable[[], Any] | None = None
        self._is_busy = False
        self._is_silenced = False
        self._is_abandoned = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._ended.connect(self._take)

    def ask(self, work: Callable[[], Any]) -> None:
        """Have `work` done; `ready` then carries what it returned, `failed` why it could not."""
        self._waiting = work
        self._start()

    def close(self) -> None:
        """Forget what waits, and wait for what runs, of which nothing is heard any more."""
        self._waiting = None
        self._is_silenced = self._is_busy
        self._pool.waitForDone()

    def abandon(self) -> None:
        """Be heard of no more, without waiting for what runs: it goes when that has ended."""
        self._waiting = None
        self._is_silenced = self._is_abandoned = True
        self.setParent(QCoreApplication.instance())
        if not self._is_busy:
            self.deleteLater()

    def _start(self) -> None:
        if self._waiting is not None and not self._is_busy:
            self._is_busy = True
            self._pool.start(_Work(self, self._waiting))
            self._waiting = None

    @Slot(object, object)
    def _take(self, result: Any, error: Exception | None) -> None:
        self._is_busy = False
        is_silenced, self._is_silenced = self._is_silenced, False
        if self._is_abandoned:
            self.deleteLater()
        elif self._waiting is not None:
            self._start()
        elif is_silenced:
            return
        elif error is not None:
            self.failed.emit(sentence_for(error))
        else:
            self.ready.emit(result)


class _Work(QRunnable):
    def __init__(self, owner: Latest, work: Callable[[], Any]) -> None:
        super().__init__()
        self._owner = owner
        self._work = work

    def run(self) -> None:
        try:
            result, error = self._work(), None
        except Exception as problem:  # noqa: BLE001  the thread's end: whatever it was is told to the user
            result, error = None, problem
        self._owner._ended.emit(result, error)
