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
"""Images a step that are tried, and below which batches are not made smaller: means over fewer say nothing."""

LATE = 1_000
"""Number of the step that is tried: by then every part of a family learns."""

Stepped = TypeVar("Stepped", bound=SteppedFamily)


class StepMemory(msgspec.Struct, frozen=True):
    """Bytes that learning keeps: `weights` of the networks, with all that goes with them, and of each image."""

    weights: int
    image: int

    def of(self, batch: int) -> int:
        """With so many images a step."""
        return self.weights + batch * self.image


def measure_memory(family: SteppedFamily, data: ImageSet, device: torch.device) -> StepMemory:
    """Take a step with networks like the family's on a few images. Raises `RuntimeError` where the device cannot."""
    tried = changed(family, batch=FEWEST).to(device)
    random = torch.Generator().manual_seed(0)
    tried.initialize(random)
    kept: dict[int, int] = {}
    with saved_tensors_hooks(partial(_note_size, kept), _as_it_is):
        losses = tried.step(*first_batch(tried, data, device), LATE, random)
    float(sum(losses.values()))  # a device computes when it is asked for a number
    weights = sum(parameter.nbytes for network in tried.networks.values() for parameter in network.parameters())
    return StepMemory(COPIES_OF_WEIGHTS * weights, sum(kept.values()) // FEWEST)


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
