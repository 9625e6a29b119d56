"""What each family's samples score after so many minutes of one processor core.

    python tests/benchmarks/quality_families.py SET MINUTES FAMILY[,FAMILY...] [SEED[,SEED...]]
    python tests/benchmarks/quality_families.py

The first trains (SET: elpv at 64 px, learned with its flips, or fashion at 32 px) as the program does, its best
moment by KID kept, and appends a line a run to families/results.jsonl and a sample sheet beside it. Minutes are of
processor time, judgements on the way included, so that other work on the machine takes nothing away; one thread.
MINUTES 0 measures what needs no training: real images, copies of training images, mixes of two.
The second writes families/table.md from all lines: of several seeds the median, and the range.

Judged are 1,000 samples in the classes' proportions against the training images without flips, by the features that
the program uses. Copies are looked for among all training images, mirrored and shifted too.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import sys
import tempfile
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import msgspec
import torch
from image_sets import elpv, fashion, mixes, with_flips
from torch import Tensor

import models.clock
import models.speed
from models.budget import Budget
from models.data import ImageSet
from models.events import finish
from models.families import FAMILIES, family_class
from models.metrics import EfficientNetLite0Features, Judge, Scores
from models.sampler import load_sampler
from models.sheet import sheet_labels, write_sheet
from models.trainer import Trainer

FOLDER = Path(__file__).with_name("families")
RESULTS = FOLDER / "results.jsonl"
SAMPLES = 1_000
SETS = {"elpv": elpv, "fashion": fashion}
FIGURES = {
    "fid": "FD",
    "kid": "KID",
    "precision": "precision",
    "recall": "recall",
    "coverage": "coverage",
    "nearest": "nearest",
    "copies": "copies",
}


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One run's samples, judged."""

    set: str
    family: str
    minutes: float
    seed: int
    steps: int
    width: int | None
    scores: Scores
    date: str
    torch: str


def main(name: str = "", minutes: str = "0", families: str = "", seeds: str = "0") -> None:
    if not name:
        (FOLDER / "table.md").write_text(table(read_results()), encoding="utf-8")
        return
    torch.set_num_threads(1)
    models.clock.perf_counter = models.speed.perf_counter = process_time
    if not float(minutes):
        measure_references(name)
        return
    for seed in map(int, seeds.split(",")):
        for family in families.split(","):
            measure(name, family, float(minutes), seed)


@cache
def judged(name: str) -> tuple[ImageSet, ImageSet, Judge]:
    """The training and held-out images of a set, and their judge."""
    train, held_out = SETS[name]()
    return train, held_out, finish(Judge.prepare(EfficientNetLite0Features(), train, held_out))


def measure(name: str, family: str, minutes: float, seed: int) -> None:
    train, _, judge = judged(name)
    data = with_flips(train) if name == "elpv" else train
    with tempfile.TemporaryDirectory() as folder:
        settings = family_class(family).Settings()
        budget = Budget(minutes=minutes)
        trainer = Trainer(family, settings, data, Path(folder) / "run", budget=budget, seed=seed, judge=judge)
        outcome = finish(trainer.run())
        assert outcome.checkpoint is not None
        sampler = load_sampler(outcome.checkpoint)
    images = sampler.sample(range(SAMPLES), proportional(train).tolist(), seed)
    scores = finish(judge.score(torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()))
    keep(name, family, minutes, seed, scores, steps=outcome.steps, width=outcome.width)
    labels = sheet_labels(train.class_count).tolist()
    write_sheet(FOLDER / f"{name} {family} {minutes:g} min.png", sampler.sample(range(len(labels)), labels, seed))


def measure_references(name: str) -> None:
    """What is no generator, but tells what the figures mean."""
    train, held_out, judge = judged(name)
    chosen = torch.linspace(0, len(train) - 1, SAMPLES).long()
    references = {
        "real, held out": held_out.images[:SAMPLES],
        "copies of training images": train.images[chosen],
        "mixes of two of a class": mixes(train)[chosen],
    }
    for title, images in references.items():
        keep(name, title, 0, 0, finish(judge.score(images)))


def proportional(data: ImageSet) -> Tensor:
    """Labels of the samples, the classes in their proportions."""
    return data.labels.sort().values[torch.linspace(0, len(data) - 1, SAMPLES).long()]


def keep(
    name: str, family: str, minutes: float, seed: int, scores: Scores, *, steps: int = 0, width: int | None = None
) -> None:
    result = Result(
        set=name,
        family=family,
        minutes=minutes,
        seed=seed,
        steps=steps,
        width=width,
        scores=scores,
        date=date.today().isoformat(),
        torch=str(torch.__version__),
    )
    with RESULTS.open("ab") as file:
        file.write(msgspec.json.encode(result) + b"\n")
    print(result, flush=True)  # noqa: T201


def read_results() -> list[Result]:
    return [msgspec.json.decode(line, type=Result) for line in RESULTS.read_bytes().splitlines()]


def table(results: list[Result]) -> str:
    """Markdown: a table for each set, a row for each family and number of minutes; the newest run of a seed counts."""
    parts = ["# What the families score\n", " ".join((__doc__ or "").split("\n\n")[-1].split()) + "\n"]
    for name in SETS:
        newest = {(result.minutes, result.family, result.seed): result for result in results if result.set == name}
        rows: dict[tuple[float, str], list[Result]] = defaultdict(list)
        for (minutes, family, _), result in newest.items():
            rows[minutes, family].append(result)
        parts += [f"## {name}\n", *lines(dict(sorted(rows.items(), key=order)))]
    return "\n".join(parts)


def order(row: tuple[tuple[float, str], list[Result]]) -> tuple[float, int]:
    """By minutes, then as the program lists families."""
    (minutes, family), _ = row
    return minutes, list(FAMILIES).index(family) if family in FAMILIES else -1


def lines(rows: dict[tuple[float, str], list[Result]]) -> list[str]:
    head = ["minutes", "family", *FIGURES.values(), "width", "steps", "seeds", "date", "torch"]
    drawn = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for (minutes, family), results in rows.items():
        last = results[-1]
        cells: list[Any] = [f"{minutes:g}" if minutes else "", family]
        cells += [spread([getattr(result.scores, figure) for result in results]) for figure in FIGURES]
        cells += [last.width or "", last.steps or "", len(results), last.date, last.torch]
        drawn.append("| " + " | ".join(map(str, cells)) + " |")
    return [*drawn, ""]


def spread(values: list[float]) -> str:
    """The median, and from where to where the values reach."""
    short = [f"{value:.0f}" if abs(value) >= 10 else f"{value:.2f}" for value in sorted(values)]
    middle = median(values)
    shown = f"{middle:.0f}" if abs(middle) >= 10 else f"{middle:.2f}"
    return shown if len(values) == 1 else f"{shown} ({short[0]} to {short[-1]})"


if __name__ == "__main__":
    main(*sys.argv[1:])
