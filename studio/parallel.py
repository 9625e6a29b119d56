"""Work on several cores, with results in order and few of them in memory."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def in_order(function: Callable[[Given], Made], given: Iterable[Given]) -> Generator[Made]:
    """`map` in threads, only a few results ahead of whoever takes them; closing it drops the rest.

    One core is left to the window: with all in use its events come several times later.
    """
    workers = max(1, (os.cpu_count() or 1) - 1)
    ahead: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(workers, "worker") as pool:
        try:
            for each in given:
                ahead.append(pool.submit(function, each))
                if len(ahead) > 4 * workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
