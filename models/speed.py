"""How fast a family learns on this machine: with how wide networks and how many threads, for the time there is."""

import math
from statistics import median
from time import perf_counter

import msgspec
import torch
from torch import Tensor

from models.data import ImageSet
from models.device import free_memory, with_threads
from models.dry_step import changed, first_batch, fitting_batch, measure_memory
from models.events import Progress, Task
from models.families.base import SteppedFamily

TIMED_STEPS = 5
PROBED_STEPS = 20
LONGEST_MEASUREMENT = 10.0  # seconds, in which fewer steps fit where one takes long
LONGEST_PROBE = 3.0  # seconds
SHARE_OF_BUDGET = 0.1
WORTHWHILE = 0.9
"""Part of the time that a step takes with fewer threads, which more of them must save to be used."""


class Pace(msgspec.Struct, frozen=True):
    """How fast a family learns here with networks of a width and so many images a step.

    memory: bytes of its networks, with all that learning keeps of each weight, and of what one step keeps for its
    gradients. free: bytes that could be had before. wanted: images a step that were asked for, more than `batch` where
    the memory does not hold them.
    """

    width: int
    seconds_per_step: float
    memory: int
    free: int
    batch: int
    wanted: int
    device: str = "cpu"


def measure_pace(family: SteppedFamily, data: ImageSet, seconds: float, device: torch.device) -> Task[Pace]:
    """Take a few steps with the networks that a run of so many seconds would have. Yields `Progress` after each."""
    wanted, free = family.settings.batch, free_memory(device)
    width = family.settings.width or (yield from choose_width(family, data, seconds, device))
    chosen = changed(family, width=width)
    memory = measure_memory(chosen, data, device)
    chosen = changed(chosen, batch=fitting_batch(memory, wanted, free)).to(device)
    random = torch.Generator().manual_seed(0)
    chosen.initialize(random)
    images, labels = first_batch(chosen, data, device)
    times: list[float] = []
    _seconds_of_step(chosen, images, labels, 1, random)
    while len(times) < PROBED_STEPS and sum(times) < LONGEST_MEASUREMENT:
        yield Progress(len(times), PROBED_STEPS, "Trying a few steps")
        times.append(_seconds_of_step(chosen, images, labels, len(times) + 2, random))
    batch = chosen.settings.batch
    return Pace(width, median(times), memory.of(batch), free, batch, wanted, device.type)


def choose_width(family: SteppedFamily, data: ImageSet, seconds: float, device: torch.device) -> Task[int]:
    """The widest of the family's widths with which its `enough_steps` fit into `seconds`, and a step into the memory.

    At least the narrowest. Trains networks of ascending width for a few steps each, until one is too slow or too large,
    or the probe has lasted long enough.
    """
    images, labels = first_batch(family, data, device)
    free = free_memory(device)
    ends = perf_counter() + min(LONGEST_PROBE, SHARE_OF_BUDGET * seconds)
    chosen = family.widths[0]
    for done, width in enumerate(family.widths):
        yield Progress(done, len(family.widths), "Measuring the speed of this machine")
        candidate = changed(family, width=width).to(device)
        if measure_memory(candidate, data, device).of(family.settings.batch) > free:
            break
        if _seconds_per_step(candidate, images, labels) * family.enough_steps > seconds:
            break
        chosen = width
        if perf_counter() > ends:
            break
    return chosen


def steps_within(seconds: float, family: SteppedFamily, data: ImageSet, device: torch.device) -> int:
    """About how many steps the family takes in so many seconds, at least 1. Changes the family's networks."""
    images, labels = first_batch(family, data, device)
    return max(1, int(seconds / _seconds_per_step(family.to(device), images, labels)))


def choose_threads(family: SteppedFamily, data: ImageSet) -> Task[int]:
    """With how many of the processor's threads a step is fastest, at most as many as torch may use now.

    Narrow networks give threads so little to do that their waiting for each other costs more than they save.
    """
    limit = torch.get_num_threads()
    images, labels = first_batch(family, data, torch.device("cpu"))
    best, shortest = 1, math.inf
    for count in sorted({1, 2, limit // 2, limit} & set(range(1, limit + 1))) if limit > 1 else ():
        yield Progress(count, limit, "Measuring the speed of this machine")
        with with_threads(count):
            seconds = _seconds_per_step(family, images, labels)
        if seconds < WORTHWHILE * shortest:
            best, shortest = count, seconds
    return best


def _seconds_per_step(family: SteppedFamily, images: Tensor, labels: Tensor) -> float:
    """The median of a few steps, after one that warms up."""
    random = torch.Generator().manual_seed(0)
    family.initialize(random)
    numbers = range(1, TIMED_STEPS + 2)
    return median([_seconds_of_step(family, images, labels, number, random) for number in numbers][1:])


def _seconds_of_step(
    family: SteppedFamily, images: Tensor, labels: Tensor, number: int, random: torch.Generator
) -> float:
    started = perf_counter()
    float(sum(family.step(images, labels, number, random).values()))
    return perf_counter() - started
