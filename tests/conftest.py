"""For all tests: the environment, the user's folders, and guards against what a test leaves behind."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch: its waiting threads would starve everything else
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import elpv_dataset
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

PATIENCE = 2.0
"""Seconds that a thread may take to end after the test."""


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folders (settings, logs, documents) are empty ones."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "DOCUMENTS_DIR"):
        monkeypatch.setenv(f"XDG_{kind}", str(home / kind.lower()))
    return home


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test after which a thread runs, a timer ticks, or a window is open."""
    threads_before, windows_before = set(threading.enumerate()), set(_open_windows())
    made = _record_made(monkeypatch, QThread, QTimer)
    yield
    _delete_what_asked_for_it()
    problems = [f"thread {thread.name}" for thread in _lasting(set(threading.enumerate()) - threads_before)]
    for thing in filter(isValid, made):
        if isinstance(thing, QThread) and thing.isRunning():
            problems.append(f"running {thing!r}")
        if isinstance(thing, QTimer) and thing.isActive():
            problems.append(f"active {thing!r} of {thing.parent()!r}")
    problems += [f"open {window!r}" for window in _open_windows() if window not in windows_before]
    if problems:
        pytest.fail("left behind: " + ", ".join(problems))


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 24 real photos of solar cells, 300 px gray, in the subfolders `functional` and `defective`."""
    folder = tmp_path_factory.mktemp("photos")
    data = Path(elpv_dataset.__file__).parent / "data"
    rows = [line.split() for line in (data / "labels.csv").read_text().splitlines()]
    for label, is_wanted in (("functional", lambda p: p == 0), ("defective", lambda p: p == 1)):
        (folder / label).mkdir()
        files = [file for file, probability, _ in rows if is_wanted(float(probability))]
        for file in files[:: len(files) // 12][:12]:
            shutil.copy(data / file, folder / label)
    return folder


def _record_made(monkeypatch: pytest.MonkeyPatch, *kinds: type[QObject]) -> list[QObject]:
    made: list[QObject] = []

    def recording(original: Callable[..., None]) -> Callable[..., None]:
        def init(self: QObject, *args: object, **kwargs: object) -> None:
            original(self, *args, **kwargs)
            made.append(self)

        return init

    for kind in kinds:
        monkeypatch.setattr(kind, "__init__", recording(kind.__init__))
    return made


def _open_windows() -> list[QWidget]:
    if QApplication.instance() is None:
        return []
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def _delete_what_asked_for_it() -> None:
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _lasting(threads: set[threading.Thread]) -> list[threading.Thread]:
    """The threads made by Python that do not end soon; Qt's own are counted as QThreads."""
    until = time.monotonic() + PATIENCE
    own = [thread for thread in threads if not isinstance(thread, threading._DummyThread)]
    for thread in own:
        thread.join(max(0.0, until - time.monotonic()))
    return [thread for thread in own if thread.is_alive()]
