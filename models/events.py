"""What a long task says while it runs.

Every long task is a generator: it yields these events and returns its result (`StopIteration.value`).
Whoever listens (a window, a command line, a test) decides what to do with them; closing the generator cancels it.
"""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

Result = TypeVar("Result")


class Event(msgspec.Struct, frozen=True):
    """Anything a task says; the subclasses here and in the engines are what is actually yielded.

    Texts of the torch core are constants in English, without values filled in: who shows them looks their translation
    up. Those of an application's engines are in the user's language already, where looking them up changes nothing.
    """


class Progress(Event, frozen=True):
    """How far a task is: `done` of `total` (0: unknown); `what` names the work in hand.

    `unit` is "s" where both are seconds, and empty where they count.
    """

    done: float
    total: float
    what: str = ""
    unit: str = ""


class Notice(Event, frozen=True):
    """One sentence the user should read; `level` is "info", "good" or "warn"."""

    text: str
    level: str = "info"


class LossPoint(Event, frozen=True):
    """The losses of one step (or their mean over a few), by name, at `seconds` of training time."""

    step: int
    images_seen: int
    seconds: float
    losses: dict[str, float]


class MetricPoint(Event, frozen=True):
    """A rough judgement of the samples at this point, by metric name, from `n` samples."""

    step: int
    images_seen: int
    seconds: float
    n: int
    values: dict[str, float]


class SampleSheet(Event, frozen=True):
    """Samples on latents that stay fixed for the whole run: uint8 (N, H, W, C), and the file that keeps them."""

    step: int
    seconds: float
    images: np.ndarray
    path: Path


class Checkpoint(Event, frozen=True):
    """A state that can be resumed or sampled from has been written."""

    step: int
    seconds: float
    path: Path


Task = Generator[Event, None, Result]


def finish(task: Task[Result], listen: Callable[[Event], Any] = lambda event: None) -> Result:
    """Run a task to its end, handing each event to `listen`; returns the task's result."""
    while True:
        try:
            event = next(task)
        except StopIteration as stop:
            return stop.value
        listen(event)
