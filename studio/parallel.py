"""Work on several cores, with results in order and few of them in memory."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, overload

Given = TypeVar("Given")
Made = TypeVar("Made")


def spare_cores() -> int:
    """All cores but one, which is left to the window: with all in use its events come several times later."""
    return max(1, (os.cpu_count() or 1) - 1)


@overload
def in_order(function: Callable[[Given], Made], given: Iterable[Given]) -> Generator[Made]: ...


@overload
def in_order(
    function: Callable[[Given], Made], given: Iterable[Given], beat: float, workers: int | None = None
) -> Generator[Made | None]: ...


def in_order(
    function: Callable[[Given], Made], given: Iterable[Given], beat: float | None = None, workers: int | None = None
) -> Generator[Made | None]:
    """`map` in threads, only a few results ahead of whoever takes them; closing it drops the rest.

    beat: None comes whenever nothing was finished for so many seconds, as a chance to cancel. workers: threads, as
    many as there are spare cores if None.
    """
    workers = workers or spare_cores()
    ahead: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(workers, "worker") as pool:
        try:
            for each in given:
                ahead.append(pool.submit(function, each))
                if len(ahead) > 4 * workers:
                    yield from _awaited(ahead.popleft(), beat)
            while ahead:
                yield from _awaited(ahead.popleft(), beat)
        finally:
            for future in ahead:
                future.cancel()


def _awaited(future: Future[Made], beat: float | None) -> Generator[Made | None]:
    while not future.done():
        try:
            future.exception(beat)
        except TimeoutError:
            yield None
    yield future.result()
