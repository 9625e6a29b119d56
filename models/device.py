"""Where networks learn: the graphics card, where there is one that torch can use, or the processor."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import psutil  # type: ignore[import-untyped]
import torch


class Compute(msgspec.Struct, frozen=True):
    """Where a run began to learn. On the same processor as many threads give the same numbers, bit for bit."""

    device: str = "cpu"
    threads: int = 1


def best_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def free_memory(device: torch.device) -> int:
    """Bytes that could be had on a device now."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    return psutil.virtual_memory().available


@contextmanager
def with_threads(count: int) -> Iterator[None]:
    """Let torch use so many threads of the processor, until the block ends."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
