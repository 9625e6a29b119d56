"""One step taken for trial before a run: whether the device can do it, and what memory it takes."""

from functools import partial
from typing import TypeVar

import msgspec
import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from models.data import ImageSet, to_unit
from models.families.base import SteppedFamily

COPIES_OF_WEIGHTS = 5
"""Weights, gradients, two moments of the optimizer, and the moving average."""
FEWEST = 4
"""Images a step below which batches are not made smaller: means over fewer say nothing."""
TRIED = FEWEST, 2 * FEWEST
"""Images a step that are tried. Two numbers, for not every part of a family takes more with more images."""
LATE = 1_000
"""Number of the step that is tried: by then every part of a family learns."""

Stepped = TypeVar("Stepped", bound=SteppedFamily)


class StepMemory(msgspec.Struct, frozen=True):
    """Bytes that learning keeps: of each image, and however many there are, most of it of the networks."""

    fixed: int
    image: int

    def of(self, batch: int) -> int:
        """With so many images a step."""
        return self.fixed + batch * self.image


def measure_memory(family: SteppedFamily, data: ImageSet, device: torch.device) -> StepMemory:
    """Take steps with networks like the family's on few images. Raises `RuntimeError` where the device cannot."""
    fewer, more = (_kept_bytes(changed(family, batch=batch).to(device), data, device) for batch in TRIED)
    image = max(0, more - fewer) // (TRIED[1] - TRIED[0])
    weights = sum(parameter.nbytes for network in family.networks.values() for parameter in network.parameters())
    return StepMemory(COPIES_OF_WEIGHTS * weights + fewer - TRIED[0] * image, image)


def _kept_bytes(family: SteppedFamily, data: ImageSet, device: torch.device) -> int:
    """What a step keeps of its images for the gradients."""
    random = torch.Generator().manual_seed(0)
    family.initialize(random)
    kept: dict[int, int] = {}
    with saved_tensors_hooks(partial(_note_size, kept), _as_it_is):
        losses = family.step(*first_batch(family, data, device), LATE, random)
    float(sum(losses.values()))  # a device computes when it is asked for a number
    return sum(kept.values())


def fitting_batch(memory: StepMemory, wanted: int, free: int) -> int:
    """As many images a step as are wanted, or so often halved that they fit into the free memory; at least 4."""
    batch = wanted
    while batch >= 2 * FEWEST and memory.of(batch) > free:
        batch //= 2
    return batch


def first_batch(family: SteppedFamily, data: ImageSet, device: torch.device) -> tuple[Tensor, Tensor]:
    """Images in [-1, 1] and labels of as many images as the family learns from at once."""
    indices = torch.arange(family.settings.batch) % len(data)
    return to_unit(data.images[indices].to(device)), data.labels[indices].to(device)


def changed(family: Stepped, **settings: int) -> Stepped:
    """A fresh family like another, but for some of its settings."""
    return type(family)(msgspec.structs.replace(family.settings, **settings), family.shape, family.classes)


def _note_size(sizes: dict[int, int], tensor: Tensor) -> Tensor:
    sizes[tensor.data_ptr()] = tensor.nbytes
    return tensor


def _as_it_is(tensor: Tensor) -> Tensor:
    return tensor
