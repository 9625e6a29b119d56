"""A long task in a terminal: its progress on standard error, and Ctrl-C that ends it cleanly."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import TypeVar

from tqdm import tqdm

from models.events import Event, MetricPoint, Notice, Progress, Task, finish
from studio.errors import UserError
from studio.text import tr

Result = TypeVar("Result")

KNOWN = "{desc} {percentage:3.0f}% |{bar:30}| {elapsed} + {remaining}{postfix}"
UNKNOWN = "{desc} {elapsed}{postfix}"
PATIENCE = 0.3
"""Seconds that work may take without a bar."""


class Stopped(UserError):
    """The user asked a task to end before it was done."""


def carry_out(task: Task[Result]) -> Result:
    """Run a task to its end, showing how far it is. Ctrl-C closes it and raises `Stopped`; twice, it ends at once."""
    with closing(task), _Bar() as bar, _interrupts() as asked_to_stop:

        def listen(event: Event) -> None:
            bar.show(event)
            if asked_to_stop():
                raise Stopped(tr("Stopped. What was finished by then is kept."))

        return finish(task, listen)


class _Line(tqdm):
    """One progress bar, without the watching thread that tqdm would keep for all of them."""

    monitor_interval = 0


class _Bar:
    """A progress bar for each piece of work, one after the other; sentences are written above it."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None
        self._what = ""
        self._figures = ""

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def show(self, event: Event) -> None:
        match event:
            case Progress():
                self._advance(event)
            case Notice():
                tqdm.write(tr(event.text), file=sys.stderr)
            case MetricPoint():
                shown = (name for name in ("fid", "kid") if name in event.values)
                self._figures = ", ".join(f"{name.upper()} {event.values[name]:.0f}" for name in shown)

    def _advance(self, progress: Progress) -> None:
        what = tr(progress.what)
        if self._bar is None or what != self._what:
            self._end()
            self._what = what
            self._bar = _Line(
                desc=what,
                total=progress.total or None,
                initial=progress.done,  # what was done before this bar says nothing of its pace
                file=sys.stderr,
                dynamic_ncols=True,
                leave=False,
                delay=PATIENCE,
                bar_format=KNOWN if progress.total else UNKNOWN,
                mininterval=0.1 if sys.stderr.isatty() else 10,  # a log needs fewer lines
            )
        self._bar.set_postfix_str(self._figures, refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = None


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Until the block ends, the first Ctrl-C (or termination) is only noted, so that a task can finish its step."""
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        if noted:
            raise KeyboardInterrupt
        noted = True

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
