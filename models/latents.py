"""The random numbers that samples are made from."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

_WORD = 2**64 - 1


def draw(seed: int, indices: Sequence[int], size: int) -> Tensor:
    """Standard normals, float32 (len(indices), size): row k depends on `seed` and `indices[k]` alone.

    So any single sample can be made again without the ones before it. Counter-based generator: Philox 4x64-10
    (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), keyed by the pair (seed, index).
    """
    rows = np.empty((len(indices), size), np.float32)
    for row, index in zip(rows, indices, strict=True):
        key = np.array([seed & _WORD, index & _WORD], np.uint64)
        np.random.Generator(np.random.Philox(key=key)).standard_normal(dtype=np.float32, out=row)
    return torch.from_numpy(rows)
