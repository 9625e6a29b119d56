"""How wide the networks may be to learn something in the time there is."""

from statistics import median
from time import perf_counter

import msgspec
import torch
from torch import Tensor

from models.data import ImageSet, to_unit
from models.events import Progress, Task
from models.families.base import SteppedFamily

TIMED_STEPS = 5
LONGEST_PROBE = 3.0  # seconds
SHARE_OF_BUDGET = 0.1


def choose_width(family: SteppedFamily, data: ImageSet, seconds: float, device: torch.device) -> Task[int]:
    """The widest of the family's widths with which its `enough_steps` fit into `seconds`; at least the narrowest.

    Trains networks of ascending width for a few steps each, until one is too slow or the probe has lasted long enough.
    """
    images, labels = _batch(family, data, device)
    ends = perf_counter() + min(LONGEST_PROBE, SHARE_OF_BUDGET * seconds)
    chosen = family.widths[0]
    for done, width in enumerate(family.widths):
        yield Progress(done, len(family.widths), "Measuring the speed of this machine")
        settings = msgspec.structs.replace(family.settings, width=width)
        candidate = type(family)(settings, family.shape, family.classes).to(device)
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
    times = []
    for number in range(1, TIMED_STEPS + 2):
        started = perf_counter()
        float(sum(family.step(images, labels, number, random).values()))
        times.append(perf_counter() - started)
    return median(times[1:])
