"""Forecasts: right for even work, quick to follow a change, silent while nothing can be known."""

import pytest

from models.events import Progress
from studio.widgets.forecast import Forecast, time_left


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def forecast(clock) -> Forecast:
    return Forecast(clock)


def work(forecast: Forecast, clock: Clock, start: int, end: int, total: int, pace: float) -> None:
    for done in range(start, end):
        clock.now += 1 / pace
        forecast.update(Progress(done + 1, total))


def test_even_work(forecast, clock) -> None:
    work(forecast, clock, 0, 100, 400, pace=10)
    assert forecast.seconds_left == pytest.approx(30, rel=0.02)


def test_nothing_is_said_in_the_first_seconds(forecast, clock) -> None:
    work(forecast, clock, 0, 10, 400, pace=10)
    assert forecast.seconds_left is None


def test_nothing_is_said_without_a_total(forecast, clock) -> None:
    for _ in range(100):
        clock.now += 1
        forecast.update(Progress(0, 0))
    assert forecast.seconds_left is None


def test_follows_a_slower_pace(forecast, clock) -> None:
    work(forecast, clock, 0, 100, 1000, pace=10)
    work(forecast, clock, 100, 150, 1000, pace=2)
    assert forecast.seconds_left == pytest.approx(425, rel=0.05)


def test_other_work_begins_anew(forecast, clock) -> None:
    work(forecast, clock, 0, 100, 100, pace=1)
    work(forecast, clock, 0, 100, 200, pace=20)
    assert forecast.seconds_left == pytest.approx(5, rel=0.05)


def test_time_runs_down_between_two_steps(forecast, clock) -> None:
    work(forecast, clock, 0, 10, 20, pace=0.1)
    before = forecast.seconds_left
    clock.now += 4
    assert forecast.seconds_left == pytest.approx(before - 4)


def test_pace_of_a_long_task_keeps_few_points(forecast, clock) -> None:
    work(forecast, clock, 0, 50_000, 100_000, pace=10)
    assert forecast.seconds_left == pytest.approx(5_000, rel=0.01)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds left"),
        (42, "about 40 s left"),
        (80, "1 min left"),
        (500, "8 min left"),
        (7500, "2 h 5 min left"),
    ],
)
def test_words(seconds, words) -> None:
    assert time_left(seconds) == words
