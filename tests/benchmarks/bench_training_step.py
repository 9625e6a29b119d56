"""A step of the trainer against a bare PyTorch loop of the same networks, in one run: the ratio is to stay under 1.03.

    python tests/benchmarks/bench_training_step.py [family] [steps]

Both train the same networks on the same 64 px images, turn by turn in blocks of steps, so that whatever else the
machine does falls on both. The bare loop indexes its batch, makes the same update and keeps a moving average; the
trainer does what it always does: loss points, log, progress, sample sheets, checkpoints. Compared are medians over
the blocks, and the sums, which hold the rare work too.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import torch

from models.budget import Budget
from models.data import ImageSet, to_unit
from models.families import family_class
from models.trainer import Trainer

BLOCK = 10


def images() -> ImageSet:
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (1_000, 1, 64, 64), generator=random, dtype=torch.uint8)
    return ImageSet(pixels, torch.arange(1_000) % 2, ("functional", "defective"))


def bare_blocks(name: str, data: ImageSet) -> Iterator[float]:
    """Seconds of each block of the loop one would write by hand."""
    settings = family_class(name).Settings(width=16)
    family, averaged = (family_class(name)(settings, data.shape, data.class_count) for _ in range(2))
    random = torch.Generator().manual_seed(0)
    family.initialize(random)
    number = 0
    while True:
        started = perf_counter()
        for _ in range(BLOCK):
            number += 1
            chosen = torch.randint(len(data), (settings.batch,))
            family.step(to_unit(data.images[chosen]), data.labels[chosen], number, random)
            with torch.no_grad():
                torch._foreach_lerp_(list(averaged.generator.parameters()), list(family.generator.parameters()), 0.01)
        yield perf_counter() - started


def trainer_blocks(name: str, data: ImageSet, folder: Path) -> Iterator[float]:
    """Seconds of each block of the trainer's steps, with all its other work."""
    settings = family_class(name).Settings(width=16)
    trainer = Trainer(name, settings, data, folder, budget=Budget(steps=10**9))
    task = trainer.run()
    done = 0
    while True:
        started = perf_counter()
        reached = done
        while reached < done + BLOCK:
            reached = getattr(next(task), "step", reached)
        yield (perf_counter() - started) * BLOCK / (reached - done)
        done = reached


def main(name: str = "dcgan", steps: str = "400") -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        bare, trainer = bare_blocks(name, images()), trainer_blocks(name, images(), Path(folder) / "run")
        pairs = [(next(bare), next(trainer)) for _ in range(int(steps) // BLOCK)][1:]
    by_hand, ours = (list(column) for column in zip(*pairs, strict=True))
    medians, sums = median(ours) / median(by_hand), sum(ours) / sum(by_hand)
    step = median(by_hand) / BLOCK * 1e3
    print(f"{name}, {step:.1f} ms a step by hand: ratio of medians {medians:.3f}, of sums {sums:.3f}")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
