"""Waiting in tests of the window."""

from collections.abc import Callable

A_WHILE = 60_000
"""Milliseconds that suffice also on a busy machine."""


def wait(qtbot, condition: Callable[[], bool]) -> None:
    """Lets the window live until something is so."""
    qtbot.waitUntil(condition, timeout=A_WHILE)
