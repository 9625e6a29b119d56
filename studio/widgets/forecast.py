"""How long a task will still take, as honestly as its progress so far allows."""

import time
from collections import deque
from collections.abc import Callable

from models.events import Progress
from studio.text import tr

FIRST_AFTER = 2.0
"""Seconds of progress before anything is foretold."""
RECENT_SHARE = 1 / 3
"""The pace is that of the latest third of the time: it follows changes, and grows steadier as the task goes on."""


class Forecast:
    """Fed with each `Progress`; `seconds_left` is None as long as nothing can be said."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._points: deque[tuple[float, float]] = deque()
        self._start = 0.0
        self._progress: Progress | None = None

    def update(self, progress: Progress) -> None:
        now = self._clock()
        if self._is_other_work(progress):
            self._points.clear()
            self._start = now
        self._progress = progress
        self._points.append((now, progress.done))
        begin = now - (now - self._start) * RECENT_SHARE
        while len(self._points) > 2 and self._points[1][0] <= begin:
            self._points.popleft()

    @property
    def seconds_left(self) -> float | None:
        if self._progress is None or not self._progress.total:
            return None
        (begin, done_then), (now, done) = self._points[0], self._points[-1]
        if now - self._start < FIRST_AFTER or done <= done_then:
            return None
        pace = (done - done_then) / (now - begin)
        return max(0.0, (self._progress.total - done) / pace - (self._clock() - now))

    def _is_other_work(self, progress: Progress) -> bool:
        before = self._progress
        return before is None or before.total != progress.total or progress.done < before.done


def time_left(seconds: float) -> str:
    """Seconds to go in words as coarse as they are sure."""
    if seconds < 10:
        return tr("a few seconds left")
    if seconds < 55:
        return tr("about {n} s left", n=5 * round(seconds / 5))
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return tr("{n} min left", n=minutes)
    return tr("{hours} h {minutes} min left", hours=minutes // 60, minutes=minutes % 60)
