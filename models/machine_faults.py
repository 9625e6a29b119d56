"""What fails in the machine rather than in the program, each as one sentence: memory, the graphics card, the disk."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from models.errors import TrainingError

OUT_OF_MEMORY = (
    "There was not enough memory for a step. The last checkpoint is kept: close other programs and resume the run, or"
    " start one with fewer images a step, narrower networks or a smaller size."
)
DEVICE_LOST = (
    "The graphics card stopped working ({reason}). The last checkpoint is kept: start Seedbed again, then resume the"
    " run."
)
UNWRITABLE = "The run could not be written ({reason}): free some space, then resume it."

NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "ALLOC_FAILED")
"""What torch says where it does not raise `OutOfMemoryError`, as when a processor's memory is used up."""
DEVICES = ("CUDA", "cuDNN", "CUDNN", "CUBLAS", "HIP error", "MPS backend", "Metal")


@contextmanager
def machine_faults() -> Iterator[None]:
    """Around learning: raises `TrainingError` where the machine fails; defects of the program pass."""
    try:
        yield
    except OSError as error:
        raise TrainingError(UNWRITABLE, reason=error.strerror or error) from error
    except MemoryError as error:
        raise TrainingError(OUT_OF_MEMORY) from error
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise TrainingError(OUT_OF_MEMORY) from error
        if is_device_lost(error):
            raise TrainingError(DEVICE_LOST, reason=str(error).partition("\n")[0]) from error
        raise


def is_out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or any(words in str(error) for words in NO_MEMORY)


def is_device_lost(error: RuntimeError) -> bool:
    return isinstance(error, torch.AcceleratorError) or any(words in str(error) for words in DEVICES)
