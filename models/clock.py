"""The seconds that a task spends working, without those in which its listener holds it."""

from collections.abc import Generator
from contextlib import closing
from time import perf_counter

from models.events import Event, Result, Task


class Clock:
    """Runs only while a timed task is at work: whoever pauses by not pulling the next event costs the run no time."""

    def __init__(self) -> None:
        self._before = 0.0
        self._started: float | None = None

    @property
    def seconds(self) -> float:
        return self._before + (perf_counter() - self._started if self._started is not None else 0.0)

    def set(self, seconds: float) -> None:
        """Go on from here, as when a run is resumed."""
        self._before = seconds
        if self._started is not None:
            self._started = perf_counter()

    def timed(self, task: Task[Result]) -> Generator[Event, None, Result]:
        """The same task, with this clock running while it works."""
        with closing(task):
            while True:
                self._started = perf_counter()
                try:
                    event = next(task)
                except StopIteration as stop:
                    return stop.value
                finally:
                    self._before, self._started = self.seconds, None
                yield event
