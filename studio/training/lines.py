"""The lines that the curves of a run are read against: real images in the samples' place, and Instant."""

from pathlib import Path

import msgspec

from models.atomic import write_atomically
from models.events import Event
from models.metrics import Judge
from models.recorder import JUDGED
from studio.project import Project
from studio.project.runs import runs

FILE = "lines.json"
FLOOR_DRAWS = 3
FEWEST_FOR_FLOOR = 50
"""Held-out images below which a floor would be mostly chance."""
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


def find_lines(project: Project, version: str, judge: Judge) -> Lines:
    """The lines for a run on a version, for figures from `JUDGED` samples."""
    n = min(JUDGED, len(judge.held_out))
    return Lines(n, _floor(judge, n), instant_line(project, version))


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


def _floor(judge: Judge, n: int) -> dict[str, tuple[float, float]]:
    if n < FEWEST_FOR_FLOOR:
        return {}
    draws = [msgspec.structs.asdict(judge.floor(n, seed)) for seed in range(FLOOR_DRAWS)]
    names = WHATEVER_THE_NUMBER + (DEPENDING_ON_THE_NUMBER if n == JUDGED else ())
    figures = {name: [draw[name] for draw in draws if draw[name] is not None] for name in names}
    return {name: (min(values), max(values)) for name, values in figures.items() if values}
