"""`seedbed --self-test`: whether this copy of the program works, told in seconds and without a screen.

The window opens on the sample project, trains two steps in it as any job does, writes its chain as Python, and exports.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from models.events import Task, finish
from studio import preferences
from studio.augmenting import project_chain
from studio.augmenting.python_script import as_python
from studio.exporting import ExportResult, export
from studio.preferences import Preferences
from studio.project import Project
from studio.sample_project import create
from studio.training.train import train


def self_test() -> int:
    """Says "ok" and returns 0, or says what failed and returns 1."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with TemporaryDirectory(prefix="seedbed-") as folder, _preferences_kept():
        failures = _work_in_window(Path(folder))
    sys.stdout.write("\n".join(failures or ["ok"]) + "\n")
    return 1 if failures else 0


def _work_in_window(folder: Path) -> list[str]:
    """What failed, in sentences."""
    from PySide6.QtCore import QEventLoop

    from studio.app import make_application
    from studio.window import Window

    application = make_application(Preferences())  # lives as long as it has a name
    until_idle = QEventLoop(application)
    window = Window(Preferences())
    window.show()
    if not window.open_project(finish(create(folder / "self-test"))):
        return ["The window could not open the sample project."]
    assert window.session is not None
    project, jobs = window.session.project, window.session.jobs
    failures: list[str] = []
    training = jobs.start("train", "self-test", lambda: _train_and_export(project, folder / "exported"))
    training.failed.connect(failures.append)

    def leave_when_idle() -> None:
        if not jobs.all and window.close():  # at once, before a panel begins something else
            until_idle.quit()

    for job in jobs.all:  # the window may have begun to check the images by itself
        job.finished.connect(leave_when_idle)
    jobs.started.connect(lambda job: job.finished.connect(leave_when_idle))  # or begins it meanwhile
    until_idle.exec()
    return failures


def _train_and_export(project: Project, out: Path) -> Task[ExportResult]:
    yield from train(project, "dcgan", size=32, steps=2, settings={"width": 8})
    as_python(project_chain(project))  # reads files that a bundle may lack
    return (yield from export(project, out))


@contextmanager
def _preferences_kept() -> Iterator[None]:
    """A project of the test is no recent project of the user."""
    before = preferences.load()
    try:
        yield
    finally:
        preferences.save(before)
