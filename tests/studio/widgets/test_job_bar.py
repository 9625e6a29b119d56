"""The job bar says how far a job is, pauses, cancels, and is not there when nothing runs."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from models.events import Progress
from studio.widgets.job_bar import JobBar, amount
from studio.widgets.jobs import Jobs


@pytest.fixture
def jobs(qtbot):
    jobs = Jobs()
    yield jobs
    jobs.wait()
    qtbot.waitUntil(lambda: not jobs.all)


@pytest.fixture
def bar(jobs, show) -> Iterator[JobBar]:
    around = QWidget()
    bar = JobBar(jobs)
    bar.setParent(around)
    show(around)
    yield bar


def at_work(done: float, total: float):
    while True:
        time.sleep(0.005)
        yield Progress(done, total, "Judging samples")


def button(bar: JobBar, name: str) -> QPushButton:
    return bar.findChild(QPushButton, name)


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(1200, 2624), "1,200 of 2,624"),
        (Progress(720, 1200, unit="s"), "12 of 20 min"),
        (Progress(30, 42, unit="s"), "0.5 of 0.7 min"),
        (Progress(5, 0), ""),
    ],
)
def test_amounts(progress, words) -> None:
    assert amount(progress) == words


def test_row_says_what_and_how_far(qtbot, bar, jobs) -> None:
    jobs.start("evaluate", "Evaluating", lambda: at_work(250, 1000))
    qtbot.waitUntil(bar.isVisible)
    words = bar.findChild(QWidget, "jobs.evaluate.words")
    qtbot.waitUntil(lambda: words.text() == "Judging samples · 250 of 1,000")
    assert bar.findChild(QProgressBar).value() == bar.findChild(QProgressBar).maximum() // 4


def test_bar_leaves_with_the_last_job(qtbot, bar, jobs) -> None:
    jobs.start("import", "Importing", lambda: at_work(1, 2))
    qtbot.waitUntil(bar.isVisible)
    qtbot.mouseClick(button(bar, "jobs.import.cancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bar.isVisible())
    qtbot.waitUntil(lambda: button(bar, "jobs.import.cancel") is None)


def test_short_jobs_are_not_shown(qtbot, bar, jobs) -> None:
    job = jobs.start("clean", "Checking", lambda: at_work(1, 2))
    job.cancel()
    qtbot.waitUntil(lambda: not jobs.all)
    qtbot.wait(400)
    assert not bar.isVisible()


def test_pause_only_where_it_is_offered(qtbot, bar, jobs) -> None:
    jobs.start("import", "Importing", lambda: at_work(1, 2))
    job = jobs.start("train", "Training", lambda: at_work(1, 2), pausable=True)
    qtbot.waitUntil(bar.isVisible)
    assert not button(bar, "jobs.import.pause").isVisible()
    qtbot.mouseClick(button(bar, "jobs.train.pause"), Qt.MouseButton.LeftButton)
    assert job.paused
    assert "paused" in bar.findChild(QWidget, "jobs.train.words").text()
    qtbot.mouseClick(button(bar, "jobs.train.pause"), Qt.MouseButton.LeftButton)
    assert not job.paused
