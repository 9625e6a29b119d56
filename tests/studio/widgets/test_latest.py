"""Previews: only the newest request counts, and what fails is said."""

import threading

import pytest

from studio.errors import UserError
from studio.widgets.latest import Latest


@pytest.fixture
def latest(qtbot):
    latest = Latest()
    yield latest
    latest.close()


def test_requests_in_between_are_never_done(qtbot, latest) -> None:
    ready, done, may_go = [], [], threading.Event()
    latest.ready.connect(ready.append)

    def work(number: int) -> int:
        may_go.wait(5)
        done.append(number)
        return number

    for number in range(10):
        latest.ask(lambda number=number: work(number))
    may_go.set()
    qtbot.waitUntil(lambda: ready == [9])
    assert done == [0, 9]


def test_failure_is_a_sentence(qtbot, latest) -> None:
    said = []
    latest.failed.connect(said.append)

    def work():
        raise UserError("The file is damaged.")

    latest.ask(work)
    qtbot.waitUntil(lambda: said == ["The file is damaged."])


def test_work_is_done_in_another_thread(qtbot, latest) -> None:
    ready = []
    latest.ready.connect(ready.append)
    latest.ask(threading.get_ident)
    qtbot.waitUntil(lambda: bool(ready))
    assert ready[0] != threading.get_ident()


def test_nothing_is_heard_after_closing(qtbot, latest) -> None:
    ready = []
    latest.ready.connect(ready.append)
    latest.ask(lambda: 1)
    latest.close()
    latest.ask(lambda: 2)
    qtbot.waitUntil(lambda: ready == [2])
