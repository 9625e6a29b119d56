"""What a command is, and what comes of it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Report(NamedTuple):
    """What came of a command: text for people, facts for programs, and a project to show where there is a screen."""

    text: str
    facts: Any
    done: bool = True
    show: Path | None = None


class Command(NamedTuple):
    """`summary` is translated where it is shown."""

    summary: str
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Report]


class Misused(Exception):
    """Options that do not go together; the message is one sentence."""
