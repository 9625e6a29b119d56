"""Which images make up which batch."""

from collections.abc import Sequence

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
        parts = [np.empty(0, np.int64)]
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


class GroupedOrder:
    """An endless stream that draws from several groups of images in turn, and so from each equally often."""

    def __init__(self, seed: int, groups: Sequence[Tensor]) -> None:
        """groups: the indices of the images of each, int64 (n,), n >= 1."""
        self._groups = groups
        # Each with a seed of its own, for a group that is given twice shall not give the same images twice.
        self._orders = [DataOrder(seed * len(groups) + turn, len(group)) for turn, group in enumerate(groups)]

    def indices(self, start: int, count: int) -> Tensor:
        """The stream from position `start` on: int64 (count,)."""
        stream = torch.empty(count, dtype=torch.int64)
        turns = len(self._groups)
        for turn, (group, order) in enumerate(zip(self._groups, self._orders, strict=True)):
            first = (turn - start) % turns
            own = stream[first::turns]
            own[:] = group[order.indices((start + first) // turns, len(own))]
        return stream
