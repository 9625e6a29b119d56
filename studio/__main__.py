"""Where the program starts: `seedbed`, `python -m studio`, and the frozen program."""

import os

# Before anything imports torch: its threads would otherwise spin while they wait and starve the window.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Before anything imports numpy: beside any other load the threads of its OpenBLAS spin while they wait for each
# other, and take ten times as long as one does for matrices of the size that pictures have.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import io
import multiprocessing
import sys
from pathlib import Path


def main() -> int:
    """Run the command line; returns the exit code."""
    multiprocessing.freeze_support()
    _ensure_streams()
    from studio.cli import main as run

    return run(sys.argv[1:])


def _ensure_streams() -> None:
    """What is said never fails: a windowed program has no console, and some consoles have few letters."""
    if None in (sys.stdout, sys.stderr):
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open while the program runs
        sys.stdout = sys.stdout or nowhere
        sys.stderr = sys.stderr or nowhere
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
