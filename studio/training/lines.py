"""The lines that the curves of a run are read against: real images in the samples' place, Instant, and mixtures."""

from pathlib import Path

import msgspec
import torch
from torch import Tensor

from models.atomic import write_atomically
from models.data import ImageSet
from models.events import Event, Task
from models.metrics import Judge
from models.recorder import JUDGED
from studio.evaluating.meaning import FEWEST
from studio.project import Project
from studio.project.runs import Run, run_folder, runs

FILE = "lines.json"
FLOOR_DRAWS = 3
WHATEVER_THE_NUMBER = ("kid", "precision", "ssim", "nearest", "copies")
DEPENDING_ON_THE_NUMBER = ("fid", "recall", "coverage")
"""Figures that fewer images make look worse: their floor must come from as many images as the samples judged."""
FIGURES = WHATEVER_THE_NUMBER + DEPENDING_ON_THE_NUMBER


class Lines(Event, frozen=True):
    """What the curves of a run are compared with.

    floor: low and high, by figure, of what `n` held-out real images score; without those that need more than there are.
    instant: what Instant scores on the same version; empty when it has not been fitted.
    mix: what halves of two training images laid over each other score (mixup, Zhang et al. 2018): who does not beat
    that has learned nothing.
    """

    n: int
    floor: dict[str, tuple[float, float]]
    instant: dict[str, float]
    mix: dict[str, float] = {}


def find_lines(project: Project, version: str, judge: Judge, images: ImageSet) -> Task[Lines]:
    """The lines for a run on a version of these training images, from `JUDGED` samples. Yields `Progress`."""
    n = min(JUDGED, len(judge.held_out))
    floor = yield from _floor(judge, n)
    kept = known_lines(project, version)
    mix = kept.mix if kept is not None and kept.mix else (yield from _mix(judge, images))
    return Lines(n, floor, instant_line(project, version), mix)


def known_lines(project: Project, version: str) -> Lines | None:
    """The lines of the newest run on a version that has any."""
    folders = (run_folder(project, run.name) for run in reversed(runs(project)) if run.version == version)
    return next((lines for folder in folders if (lines := read_lines(folder)) is not None), None)


def instant_run(project: Project, version: str) -> Run | None:
    """The newest finished Instant run with default settings on a version."""
    for run in reversed(runs(project)):
        if (run.family, run.version, run.state, run.plan.settings) == ("instant", version, "done", {}) and run.result:
            return run
    return None


def instant_line(project: Project, version: str) -> dict[str, float]:
    """Its figures; empty where there is none."""
    run = instant_run(project, version)
    return run.result["metrics"] if run is not None and run.result is not None else {}


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


def _mix(judge: Judge, images: ImageSet) -> Task[dict[str, float]]:
    """Figures of means of two training images of the same class."""
    random = torch.Generator().manual_seed(0)
    firsts = torch.randint(len(images), (JUDGED,), generator=random)
    seconds = torch.stack([_of_same_class(images.labels, int(first), random) for first in firsts])
    mixed = (images.images[firsts].to(torch.int32) + images.images[seconds]) // 2
    scores = yield from judge.score(mixed.to(torch.uint8))
    figures = msgspec.structs.asdict(scores)
    return {name: figures[name] for name in FIGURES if figures[name] is not None}


def _of_same_class(labels: Tensor, index: int, random: torch.Generator) -> Tensor:
    """Another image of the same class, or the same one where there is no other."""
    others = (labels == labels[index]).nonzero().flatten()
    others = others[others != index] if len(others) > 1 else others
    return others[torch.randint(len(others), (), generator=random)]
