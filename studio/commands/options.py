"""Options of several commands, and the types of their values, which argparse calls with the text of each."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from studio.text import tr

LARGEST_SEED = 2**31 - 1
"""What the window's fields can hold."""


def takes_project(parser: ArgumentParser, nargs: str | None = None) -> None:
    parser.add_argument("project", type=path, nargs=nargs, metavar="PROJECT", help=tr("the project's folder"))


def takes_run(parser: ArgumentParser) -> None:
    parser.add_argument("--run", required=True, metavar="RUN", help=tr("a run, by the name that train gave it"))


def takes_seed(parser: ArgumentParser) -> None:
    help_text = tr("number that makes chance repeatable (0)")
    parser.add_argument("--seed", type=seed, default=0, metavar="S", help=help_text)


def path(text: str) -> Path:
    if not text:
        raise ArgumentTypeError(tr("a name must not be empty"))
    return Path(text)


def seed(text: str) -> int:
    if not text.isdecimal() or int(text) > LARGEST_SEED:
        raise ArgumentTypeError(tr("“{text}” is not a number from 0 to {largest}", text=text, largest=LARGEST_SEED))
    return int(text)


def natural(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(tr("“{text}” is not a number from 1 up", text=text))
    return int(text)


def positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(tr("“{text}” is not a number above 0", text=text))
    return value


def pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise ArgumentTypeError(tr("“{text}” is not KEY=VALUE", text=text))
    return key, value
