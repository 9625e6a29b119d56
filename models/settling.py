"""What a run finds out about its machine before it begins, and keeps to from then on."""

import msgspec
import torch

from models.budget import Budget
from models.data import ImageSet
from models.device import Compute, free_memory, with_threads
from models.dry_step import changed, fitting_batch, measure_memory
from models.events import Notice, Task
from models.families.base import SteppedFamily
from models.machine_faults import is_out_of_memory
from models.run_config import RunConfig
from models.speed import choose_threads, choose_width, steps_within

NO_DEVICE = "The graphics card cannot be used for this, so the processor does the work. A newer driver may help."
SMALLER_BATCH = (
    "The memory does not hold as many images a step as are set: each step takes fewer of them, which learns a little"
    " less steadily. Close other programs, or choose a smaller size."
)


def usable_device(family: SteppedFamily, data: ImageSet, device: torch.device) -> Task[torch.device]:
    """The device; the processor, where a graphics card cannot take a step, being too old or too new for torch."""
    if device.type == "cpu":
        return device
    try:
        measure_memory(family, data, device)
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        yield Notice(NO_DEVICE, "warn")
        return torch.device("cpu")
    return device


def settle(
    config: RunConfig, family: SteppedFamily, data: ImageSet, budget: Budget, device: torch.device
) -> Task[RunConfig]:
    """The configuration of a new run with the width, the images a step and the threads that suit the machine.

    Besides with what follows how many steps its minutes hold. All becomes a part of what the run is, so that it is the
    same when resumed, with more minutes too. Where steps are given, not minutes, nothing depends on how fast the
    machine is: the same run can be repeated. Yields `Progress` and `Notice`.
    """
    width, threads = family.width, torch.get_num_threads()
    if not family.settings.width and budget.minutes is not None:
        width = yield from choose_width(family, data, 60 * budget.minutes, device)
    family = changed(family, width=width)
    family = changed(family, batch=(yield from _batch(family, data, device)))
    if budget.minutes is not None and device.type == "cpu":
        threads = yield from choose_threads(family, data)
    settings = config.settings | {"width": width, "batch": family.settings.batch}
    if budget.minutes is not None:
        with with_threads(threads):
            settings |= _shares(family, data, 60 * budget.minutes, device)
    return msgspec.structs.replace(config, settings=settings, compute=Compute(device.type, threads))


def _shares(family: SteppedFamily, data: ImageSet, seconds: float, device: torch.device) -> dict[str, int]:
    """The settings of the family that are 0 for being a share of the steps that so many seconds hold."""
    unset = {name: share for name, share in family.shares_of_run.items() if not getattr(family.settings, name)}
    steps = steps_within(seconds, family, data, device) if unset else 0
    return {name: max(1, round(share * steps)) for name, share in unset.items()}


def _batch(family: SteppedFamily, data: ImageSet, device: torch.device) -> Task[int]:
    """As many images a step as are asked for, or as the memory holds."""
    wanted, free = family.settings.batch, free_memory(device)
    batch = fitting_batch(measure_memory(family, data, device), wanted, free)
    if batch < wanted:
        yield Notice(SMALLER_BATCH, "warn")
    return batch
