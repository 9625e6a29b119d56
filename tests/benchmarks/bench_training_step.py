"""A step of the trainer against a bare PyTorch loop of the same networks, in one run: the ratio is to stay under 1.03.

    python tests/benchmarks/bench_training_step.py [family] [seconds]

Both train the same networks on the same 64 px images, turn by turn in blocks of steps, so that whatever else the
machine does falls on both, until each has had about its seconds (60). The bare loop indexes its batch, makes the
same update and keeps a moving average; the trainer does what it always does: loss points, log, progress, sample sheets,
checkpoints. Compared are the medians of the blocks' processor time, which no other load can sway, and the sums of the
time that passed, which hold the rare work and its waiting for the disk too.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import torch

from models.budget import Budget
from models.data import ImageSet, to_unit
from models.families import family_class
from models.trainer import Trainer

BLOCK = 10


class Watch:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._started = process_time(), perf_counter()

    def times(self, blocks: float = 1.0) -> tuple[float, float]:
        """Seconds of processor time and seconds that passed, for each of so many blocks."""
        return (process_time() - self._started[0]) / blocks, (perf_counter() - self._started[1]) / blocks


def images() -> ImageSet:
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (1_000, 1, 64, 64), generator=random, dtype=torch.uint8)
    return ImageSet(pixels, torch.arange(1_000) % 2, ("functional", "defective"))


def bare_blocks(name: str, data: ImageSet) -> Iterator[tuple[float, float]]:
    """Times of each block of the loop one would write by hand."""
    settings = family_class(name).Settings(width=16)
    family, averaged = (family_class(name)(settings, data.shape, data.class_count) for _ in range(2))
    random = torch.Generator().manual_seed(0)
    family.initialize(random)
    number = 0
    while True:
        watch = Watch()
        for _ in range(BLOCK):
            number += 1
            chosen = torch.randint(len(data), (settings.batch,))
            family.step(to_unit(data.images[chosen]), data.labels[chosen], number, random)
            with torch.no_grad():
                torch._foreach_lerp_(list(averaged.generator.parameters()), list(family.generator.parameters()), 0.01)
        yield watch.times()


def trainer_blocks(name: str, data: ImageSet, folder: Path) -> Iterator[tuple[float, float]]:
    """Times of each block of the trainer's steps, with all its other work."""
    settings = family_class(name).Settings(width=16)
    trainer = Trainer(name, settings, data, folder, budget=Budget(steps=10**9))
    task = trainer.run()
    done = 0
    while True:
        watch = Watch()
        reached = done
        while reached < done + BLOCK:
            reached = getattr(next(task), "step", reached)
        yield watch.times((reached - done) / BLOCK)
        done = reached


def main(name: str = "dcgan", seconds: str = "60") -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        bare, trainer = bare_blocks(name, images()), trainer_blocks(name, images(), Path(folder) / "run")
        next(bare)  # what torch imports and allocates at first is not to count
        pairs = []
        ends = perf_counter() + 2 * float(seconds)
        while perf_counter() < ends:
            pairs.append((*next(bare), *next(trainer)))
        sheets = len(list(Path(folder).glob("run/sheets/*.png")))
    bare_cpu, bare_wall, cpu, wall = zip(*pairs, strict=True)
    medians, sums = median(cpu) / median(bare_cpu), sum(wall) / sum(bare_wall)
    step = median(bare_cpu) / BLOCK * 1e3
    print(  # noqa: T201
        f"{name}, {step:.1f} ms a step by hand, {sheets} sheets: ratio of medians {medians:.3f}, of sums {sums:.3f}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
