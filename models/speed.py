"""How fast a family learns on this machine, and how wide its networks may be for the time there is."""

from functools import partial
from statistics import median
from time import perf_counter

import msgspec
import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from models.data import ImageSet, to_unit
from models.events import Progress, Task
from models.families.base import SteppedFamily

TIMED_STEPS = 5
PROBED_STEPS = 20
LONGEST_MEASUREMENT = 10.0  # seconds, in which fewer steps fit where one takes long
COPIES_OF_WEIGHTS = 5
"""Weights, gradients, two moments of the optimizer, and the moving average."""
LONGEST_PROBE = 3.0  # seconds
SHARE_OF_BUDGET = 0.1


class Pace(msgspec.Struct, frozen=True):
    """How fast a family learns here with networks of a width.

    memory: bytes of its networks, with all that learning keeps of each weight, and of what one step keeps for its
    gradients.
    """

    width: int
    seconds_per_step: float
    memory: int


def measure_pace(family: SteppedFamily, data: ImageSet, seconds: float, device: torch.device) -> Task[Pace]:
    """Take a few steps with the networks that a run of so many seconds would have. Yields `Progress` after each."""
    width = family.settings.width or (yield from choose_width(family, data, seconds, device))
    images, labels = _batch(family, data, device)
    chosen = _with_width(family, width).to(device)
    random = torch.Generator().manual_seed(0)
    chosen.initialize(random)
    kept: dict[int, int] = {}
    with saved_tensors_hooks(partial(_note_size, kept), _as_it_is):
        chosen.step(images, labels, 1, random)
    times: list[float] = []
    while len(times) < PROBED_STEPS and sum(times) < LONGEST_MEASUREMENT:
        yield Progress(len(times), PROBED_STEPS, "Trying a few steps")
        times.append(_seconds_of_step(chosen, images, labels, len(times) + 2, random))
    weights = sum(parameter.nbytes for network in chosen.networks.values() for parameter in network.parameters())
    return Pace(width, median(times), COPIES_OF_WEIGHTS * weights + sum(kept.values()))


def _note_size(sizes: dict[int, int], tensor: Tensor) -> Tensor:
    sizes[tensor.data_ptr()] = tensor.nbytes
    return tensor


def _as_it_is(tensor: Tensor) -> Tensor:
    return tensor


def choose_width(family: SteppedFamily, data: ImageSet, seconds: float, device: torch.device) -> Task[int]:
    """The widest of the family's widths with which its `enough_steps` fit into `seconds`; at least the narrowest.

    Trains networks of ascending width for a few steps each, until one is too slow or the probe has lasted long enough.
    """
    images, labels = _batch(family, data, device)
    ends = perf_counter() + min(LONGEST_PROBE, SHARE_OF_BUDGET * seconds)
    chosen = family.widths[0]
    for done, width in enumerate(family.widths):
        yield Progress(done, len(family.widths), "Measuring the speed of this machine")
        candidate = _with_width(family, width).to(device)
        if _seconds_per_step(candidate, images, labels) * family.enough_steps > seconds:
            break
        chosen = width
        if perf_counter() > ends:
            break
    return chosen


def _batch(family: SteppedFamily, data: ImageSet, device: torch.device) -> tuple[Tensor, Tensor]:
    indices = torch.arange(family.settings.batch) % len(data)
    return to_unit(data.images[indices].to(device)), data.labels[indices].to(device)


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


def _with_width(family: SteppedFamily, width: int) -> SteppedFamily:
    settings = msgspec.structs.replace(family.settings, width=width)
    return type(family)(settings, family.shape, family.classes)
