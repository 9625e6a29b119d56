"""Only the work of a task counts."""

import time

import pytest

from models.clock import Clock
from models.events import Progress, finish


def work(clock):
    time.sleep(0.05)
    yield Progress(1, 2)
    time.sleep(0.05)
    return clock.seconds


def test_time_in_which_the_listener_holds_the_task_does_not_count():
    clock = Clock()
    result = finish(clock.timed(work(clock)), lambda event: time.sleep(0.4))
    assert 0.1 <= result < 0.4
    assert clock.seconds >= result


def test_a_clock_goes_on_from_where_it_is_set():
    clock = Clock()
    clock.set(100.0)
    assert finish(clock.timed(work(clock))) == pytest.approx(100.1, abs=0.2)


def test_closing_reaches_the_task():
    closed = []

    def task():
        try:
            yield Progress(0, 1)
        finally:
            closed.append(True)

    timed = Clock().timed(task())
    next(timed)
    timed.close()
    assert closed == [True]
