"""A step of the trainer, and a sample, against what one would write by hand, in one run.

    python tests/benchmarks/bench_training_step.py [family] [seconds]

Three loops train the same networks on the same 64 px images, turn by turn in blocks of steps, so that whatever else the
machine does falls on all of them, until each has had about its seconds (60). The bare loop indexes its batch, makes the
same update and keeps a moving average; the usual loop does the same but reads 300 px photos through ImageFolder and
DataLoader; the trainer does what it always does: loss points, log, progress, sample sheets, checkpoints. To be reached:
at most 1.03 times the bare loop, and the usual loop at least 1.3 times the trainer. Compared are the medians of the
blocks' processor time, which no other load can sway, and the sums of the time that passed, which hold the rare work and
its waiting for the disk too. In the end the sampler of the trainer's run is compared with its bare generator.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import elpv_dataset
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import Compose, Grayscale, Normalize, Resize, ToTensor

from models.budget import Budget
from models.checkpoint import latest
from models.data import ImageSet, to_unit
from models.families import family_class
from models.sampler import BATCH as SAMPLER_BATCH
from models.sampler import load_sampler
from models.trainer import Trainer

BLOCK = 10
SIDE = 64
SAMPLED = 20  # batches


class Watch:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._started = process_time(), perf_counter()

    def times(self, blocks: float = 1.0) -> tuple[float, float]:
        """Seconds of processor time and seconds that passed, for each of so many blocks."""
        return (process_time() - self._started[0]) / blocks, (perf_counter() - self._started[1]) / blocks


def images() -> ImageSet:
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (1_000, 1, SIDE, SIDE), generator=random, dtype=torch.uint8)
    return ImageSet(pixels, torch.arange(1_000) % 2, ("functional", "defective"))


Batch = tuple[torch.Tensor, torch.Tensor]


def from_memory(data: ImageSet, size: int) -> Iterator[Batch]:
    """Batches as one would index them."""
    while True:
        chosen = torch.randint(len(data), (size,))
        yield to_unit(data.images[chosen]), data.labels[chosen]


def from_folder(size: int, folder: Path) -> Iterator[Batch]:
    """Batches as ImageFolder and DataLoader read them from photos of solar cells, 300 px."""
    photos = sorted((Path(elpv_dataset.__file__).parent / "data" / "images").glob("*.png"))
    for number, photo in enumerate(photos[:1_000]):
        label = folder / ("functional", "defective")[number % 2]
        label.mkdir(parents=True, exist_ok=True)
        (label / photo.name).symlink_to(photo)
    prepared = Compose([Grayscale(), Resize((SIDE, SIDE)), ToTensor(), Normalize(0.5, 0.5)])
    loader = DataLoader(ImageFolder(str(folder), prepared), size, shuffle=True, drop_last=True)
    while True:
        yield from loader


def blocks_by_hand(name: str, data: ImageSet, batches: Iterator[Batch]) -> Iterator[tuple[float, float]]:
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
            family.step(*next(batches), number, random)
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


def sampling_ratio(folder: Path) -> float:
    """Processor time of samples made by the sampler of a run, relative to its generator alone."""
    newest = latest(folder / "checkpoints")
    assert newest is not None
    sampler = load_sampler(newest)
    family, labels = sampler._family, torch.zeros(SAMPLER_BATCH, dtype=torch.int64)
    latents = torch.randn(SAMPLER_BATCH, family.latent_size)
    ratios = []
    for _ in range(SAMPLED):
        watch = Watch()
        family.sample(latents, labels)
        bare = watch.times()[0]
        watch = Watch()
        sampler.sample(range(SAMPLER_BATCH), labels.tolist(), seed=0)
        ratios.append(watch.times()[0] / bare)
    return median(ratios)


def main(name: str = "dcgan", seconds: str = "60") -> None:
    torch.set_num_threads(1)
    data, size = images(), family_class(name).Settings().batch
    with tempfile.TemporaryDirectory() as folder:
        bare = blocks_by_hand(name, data, from_memory(data, size))
        usual = blocks_by_hand(name, data, from_folder(size, Path(folder) / "images"))
        trainer = trainer_blocks(name, data, Path(folder) / "run")
        for loop in (bare, usual):
            next(loop)  # what torch imports and allocates at first is not to count
        rows = []
        ends = perf_counter() + 3 * float(seconds)
        while perf_counter() < ends:
            rows.append((*next(bare), *next(usual), *next(trainer)))
        sheets = len(list(Path(folder).glob("run/sheets/*.png")))
        sampling = sampling_ratio(Path(folder) / "run")
    bare_cpu, bare_wall, usual_cpu, usual_wall, cpu, wall = zip(*rows, strict=True)
    step = median(bare_cpu) / BLOCK * 1e3
    print(f"{name}, {step:.1f} ms a step by hand, {len(rows)} blocks, {sheets} sheets")  # noqa: T201
    for title, medians, sums in (
        ("trainer / bare loop", median(cpu) / median(bare_cpu), sum(wall) / sum(bare_wall)),
        ("ImageFolder loop / trainer", median(usual_cpu) / median(cpu), sum(usual_wall) / sum(wall)),
    ):
        print(f"{title}: {medians:.3f} of medians, {sums:.3f} of sums")  # noqa: T201
    print(f"sampler / bare generator: {sampling:.3f}")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
