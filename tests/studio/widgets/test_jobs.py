"""Jobs: events reach the window in batches, cancel and pause take hold at once, failures become sentences."""

import threading
import time

import pytest

from models.events import LossPoint, Progress
from studio.errors import UserError
from studio.project.items import classes
from studio.widgets.jobs import Jobs, in_one_go, stoppable


@pytest.fixture
def jobs(qtbot):
    jobs = Jobs()
    yield jobs
    jobs.wait()
    qtbot.waitUntil(lambda: not jobs.all)


def heard(job) -> dict[str, list]:
    """Everything a job says, by signal."""
    said: dict[str, list] = {"events": [], "done": [], "failed": [], "canceled": [], "finished": []}
    job.events.connect(said["events"].append)
    job.done.connect(said["done"].append)
    job.failed.connect(said["failed"].append)
    job.canceled.connect(lambda: said["canceled"].append(True))
    job.finished.connect(lambda: said["finished"].append(True))
    return said


def counting(steps: int, seconds: float = 0.0):
    for step in range(1, steps + 1):
        time.sleep(seconds)
        yield Progress(step, steps, "counting")
    return steps


def endless(closed: list):
    try:
        while True:
            time.sleep(0.005)
            yield Progress(0, 0)
    finally:
        closed.append(threading.current_thread())


def test_result_and_then_finished(qtbot, jobs) -> None:
    said = heard(jobs.start("train", "Counting", lambda: counting(50)))
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert said["done"] == [50]
    assert not said["failed"]
    assert not said["canceled"]
    assert jobs.running("train") is None


def test_a_question_to_the_database_ends_when_its_job_is_canceled(qtbot, jobs, project):
    endless_question = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    def work():
        with project.writing() as db:
            db.execute("INSERT INTO class (name) VALUES ('half')")
            db.execute(endless_question).fetchone()

    job = jobs.start("label", "Labeling", lambda: stoppable(project, in_one_go(work)))
    said = heard(job)
    qtbot.waitUntil(lambda: job.progress is not None)
    job.cancel()
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert said["canceled"] and not said["failed"]
    assert classes(project) == []


def test_progress_is_coalesced_and_losses_are_not(qtbot, jobs) -> None:
    def task():
        for step in range(2000):
            yield Progress(step, 2000)
            yield LossPoint(step, step, 0.0, {"generator": 1.0})

    said = heard(jobs.start("train", "Training", task))
    qtbot.waitUntil(lambda: bool(said["finished"]))
    events = [event for batch in said["events"] for event in batch]
    assert [event.step for event in events if isinstance(event, LossPoint)] == list(range(2000))
    assert sum(isinstance(event, Progress) for event in events) == len(said["events"])


def test_at_most_ten_batches_a_second(qtbot, jobs) -> None:
    began = time.monotonic()
    said = heard(jobs.start("train", "Counting", lambda: counting(300, 0.002)))
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert len(said["events"]) <= 10 * (time.monotonic() - began) + 2


def test_cancel_closes_the_task_in_its_own_thread_and_silences_it(qtbot, jobs) -> None:
    closed: list = []
    job = jobs.start("import", "Endless", lambda: endless(closed))
    said = heard(job)
    qtbot.waitUntil(lambda: bool(said["events"]))
    before = len(said["events"])
    asked = time.monotonic()
    job.cancel()
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert time.monotonic() - asked < 0.5
    assert said["canceled"] == [True]
    assert not said["done"]
    assert len(said["events"]) == before
    assert closed[0] is not threading.main_thread()


def test_result_that_comes_after_cancel_is_dropped(qtbot, jobs) -> None:
    may_end = threading.Event()

    def task():
        yield Progress(0, 1)
        may_end.wait(5)
        return "late"

    job = jobs.start("import", "Late", task)
    said = heard(job)
    qtbot.waitUntil(lambda: bool(said["events"]))
    job.cancel()
    may_end.set()
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert said["canceled"] == [True]
    assert not said["done"]


def test_paused_task_is_not_pulled(qtbot, jobs) -> None:
    pulled = []

    def task():
        while True:
            pulled.append(1)
            time.sleep(0.005)
            yield Progress(len(pulled), 0)

    job = jobs.start("train", "Training", task, pausable=True)
    qtbot.waitUntil(lambda: bool(pulled))
    job.pause()
    qtbot.wait(50)
    before = len(pulled)
    qtbot.wait(100)
    assert len(pulled) == before
    assert job.paused
    job.resume()
    qtbot.waitUntil(lambda: len(pulled) > before)


def test_paused_job_can_be_canceled(qtbot, jobs) -> None:
    job = jobs.start("train", "Training", lambda: endless([]), pausable=True)
    said = heard(job)
    job.pause()
    qtbot.wait(50)
    job.cancel()
    qtbot.waitUntil(lambda: said["canceled"] == [True])


def test_users_error_is_said_as_it_is(qtbot, jobs) -> None:
    def task():
        yield Progress(0, 1)
        raise UserError("There are no images. Import some first.")

    said = heard(jobs.start("train", "Training", task))
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert said["failed"] == ["There are no images. Import some first."]


def test_task_that_cannot_be_made_fails_the_job(qtbot, jobs) -> None:
    def make():
        raise UserError("The disk is full.")

    said = heard(jobs.start("train", "Training", make))
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert said["failed"] == ["The disk is full."]


def test_defect_is_logged_without_the_users_data(qtbot, jobs, own_folders) -> None:
    def task():
        yield Progress(0, 1)
        raise ZeroDivisionError("MUELLER_Hans.png")

    said = heard(jobs.start("train", "Training", task))
    qtbot.waitUntil(lambda: bool(said["finished"]))
    assert "Something went wrong in Seedbed itself" in said["failed"][0]
    (log,) = own_folders.rglob("errors.log")
    assert str(log) in said["failed"][0]
    assert "ZeroDivisionError" in log.read_text()
    assert "MUELLER" not in log.read_text()


def test_jobs_of_two_stages_run_beside_each_other(qtbot, jobs) -> None:
    first = jobs.start("import", "Importing", lambda: endless([]))
    second = jobs.start("train", "Training", lambda: endless([]))
    assert jobs.running("import") is first
    assert jobs.running("train") is second
    jobs.cancel_all()
    qtbot.waitUntil(lambda: not jobs.all)
