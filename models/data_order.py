"""Which images make up which batch."""

import numpy as np
import torch
from torch import Tensor


class DataOrder:
    """An endless stream of image indices: one random permutation of the set after another.

    Epoch e's permutation depends on (seed, e) alone, so a position in the stream is all that resuming needs.
    """

    def __init__(self, seed: int, images: int) -> None:
        self._seed = seed
        self._images = images
        self._epoch = -1
        self._permutation = np.empty(0, np.int64)

    def indices(self, start: int, count: int) -> Tensor:
        """The stream from position `start` on: int64 (count,). A batch may end one epoch and begin the next."""
        parts = []
        while count > 0:
            epoch, offset = divmod(start, self._images)
            part = self._shuffled(epoch)[offset : offset + count]
            parts.append(part)
            start, count = start + len(part), count - len(part)
        return torch.from_numpy(np.concatenate(parts))

    def _shuffled(self, epoch: int) -> np.ndarray:
        if epoch != self._epoch:
            self._epoch = epoch
            self._permutation = np.random.default_rng([abs(self._seed), epoch]).permutation(self._images)
        return self._permutation
