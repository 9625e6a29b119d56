"""The lines that the curves of a run are read against: real images in the samples' place, and Instant."""

from pathlib import Path

import msgspec

from models.atomic import write_atomically
from models.events import Event, Task
from models.metrics import Judge
from models.recorder import JUDGED
from studio.evaluating.meaning import FEWEST
from studio.project import Project
from studio.project.runs import runs

FILE = "lines.json"
FLOOR_DRAWS = 3
WHATEVER_THE_NUMBER = ("kid", "precision", "ssim", "nearest", "copies")
DEPENDING_ON_THE_NUMBER = ("fid", "recall", "coverage")
"""Figures that fewer images make look worse: their floor must come from as many images as the samples judged."""


class Lines(Event, frozen=True):
    """What the curves of a run are compared with.

    floor: low and high, by figure, of what `n` held-out real images score; without those that need more than there are.
    instant: what Instant scores on the same version; empty when it has not been fitted.
    """

    n: int
    floor: dict[str, tuple[float, float]]
    instant: dict[str, float]


def find_lines(project: Project, version: str, judge: Judge) -> Task[Lines]:
    """The lines for a run on a version, for figures from `JUDGED` samples. Yields `Progress`."""
    n = min(JUDGED, len(judge.held_out))
    floor = yield from _floor(judge, n)
    return Lines(n, floor, instant_line(project, version))


def instant_line(project: Project, version: str) -> dict[str, float]:
    """The figures of the newest finished Instant run with default settings on a version."""
    for run in reversed(runs(project)):
        if (run.family, run.version, run.state, run.plan.settings) == ("instant", version, "done", {}) and run.result:
            return run.result["metrics"]
    return {}


def write_lines(folder: Path, lines: Lines) -> None:
    """Keep the lines with a run, so that its curves can be drawn again."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / FILE, msgspec.json.encode(lines))


def read_lines(folder: Path) -> Lines | None:
    """The lines of a run; None when it has none yet."""
    path = folder / FILE
    return msgspec.json.decode(path.read_bytes(), type=Lines) if path.is_file() else None


def _floor(judge: Judge, n: int) -> Task[dict[str, tuple[float, float]]]:
    if n < FEWEST:
        return {}
    draws: list[dict[str, float]] = []
    for seed in range(FLOOR_DRAWS):
        scores = yield from judge.floor(n, seed)
        draws.append(msgspec.structs.asdict(scores))
    names = WHATEVER_THE_NUMBER + (DEPENDING_ON_THE_NUMBER if n == JUDGED else ())
    figures = {name: [draw[name] for draw in draws if draw[name] is not None] for name in names}
    return {name: (min(values), max(values)) for name, values in figures.items() if values}
