"""The Qt application: how it is set up, run, and what happens when it breaks."""

import faulthandler
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from studio import crash_log, preferences
from studio.preferences import Preferences
from studio.text import tr
from studio.widgets.jobs import sentence_for
from studio.widgets.language import speak
from studio.widgets.theme import apply_theme
from studio.window import Window


def run(project: Path | None = None) -> int:
    """Open the studio, on a project where one is given, until the user closes it; returns the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C in the terminal: the project survives any end
    kept = preferences.load()
    application = make_application(kept)
    last_crash = crash_log.take_last_crash()
    with crash_log.crash_file() as file:
        faulthandler.enable(file)
        window = Window(kept)
        failures = _Failures(window)
        failures.happened.connect(window.say)
        window.show()
        if project is not None:
            window.open_project(project)
        if last_crash is not None:
            window.say(tr("Seedbed ended unexpectedly the last time. The details are in {log}.", log=last_crash))
        code = application.exec()
        failures.stop_listening()
        faulthandler.disable()
    return code


def make_application(kept: Preferences) -> QApplication:
    """The application in the user's language and theme."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Seedbed")
    application.setStyle("Fusion")
    speak(kept.language)
    apply_theme(kept.theme)
    return application


class _Failures(QObject):
    """Defects that nobody caught, from any thread: logged, and told in the window instead of ending it."""

    happened = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        sys.excepthook = self._tell
        threading.excepthook = self._tell_of_thread

    def stop_listening(self) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        self.happened.emit(sentence_for(error))

    def _tell_of_thread(self, failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            self._tell(failure.exc_type, failure.exc_value, failure.exc_traceback)
