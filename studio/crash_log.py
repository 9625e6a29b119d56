"""What went wrong inside the program, for whoever mends it: a log file without names of files, patients or projects."""

import platform
import sys
import traceback
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from platformdirs import user_log_path

KEPT_BYTES = 1 << 20


def log_path() -> Path:
    return user_log_path("seedbed", appauthor=False) / "errors.log"


def crash_file() -> TextIO:
    """Where `faulthandler` writes when the interpreter itself dies: the line of code in each thread, nothing else."""
    path = log_path().with_name("crash.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w", encoding="utf-8")


def take_last_crash() -> Path | None:
    """The file of the latest start's crash, if there was one; said once."""
    path = log_path().with_name("crash.log")
    if not path.exists() or not path.stat().st_size:
        return None
    return path.replace(path.with_name("last-crash.log"))


def record(error: BaseException) -> Path:
    """Add an error to the log: its type and its place in the code, but not its message, which may name a patient."""
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > KEPT_BYTES:
        path.replace(path.with_suffix(".old.log"))
    with path.open("a", encoding="utf-8") as file:
        file.write(_head() + _describe(error) + "\n")
    return path


def _head() -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"--- {now} Seedbed {_version()}, Python {platform.python_version()}, {sys.platform}\n"


def _describe(error: BaseException) -> str:
    """The error and what caused it, the first cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = _describe(cause) + "which led to\n" if cause is not None else ""
    frames = (
        f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}\n"
        for frame in traceback.extract_tb(error.__traceback__)
    )
    return f"{before}{type(error).__name__}\n{''.join(frames)}"


def _place(filename: str) -> str:
    """A file of code without the folders above it, which name the user."""
    return "/".join(Path(filename).parts[-3:])


def _version() -> str:
    try:
        return version("seedbed")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "?"
