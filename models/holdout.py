"""Training images that are kept unseen, to tell what networks know by heart from what they understand."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from models.data import ImageSet

FEWEST = 8
"""With fewer, their mean says more about these few images than about unseen ones."""


class Holdout(NamedTuple):
    """How many images are kept: a `share` of all (0..1), and `most`, whatever that is."""

    share: float
    most: int


def divide(data: ImageSet, holdout: Holdout | None, seed: int) -> tuple[Tensor, Tensor]:
    """Indices of the images to learn from, and of originals kept unseen: int64 each.

    Each class gives the same share; the variants of an unseen image are in neither part. All are learned from where
    `holdout` is None or would leave fewer than 8 unseen.
    """
    everything = torch.arange(len(data))
    sources = everything if data.sources is None else data.sources
    originals = torch.nonzero(sources == everything).flatten()
    unseen = _choose(originals, data.labels[originals], holdout, seed) if holdout else originals[:0]
    if len(unseen) < FEWEST:
        return everything, unseen[:0]
    return everything[~torch.isin(sources, unseen)], unseen


def _choose(originals: Tensor, labels: Tensor, holdout: Holdout, seed: int) -> Tensor:
    share = min(holdout.share, holdout.most / len(originals))
    shuffled = torch.from_numpy(np.random.default_rng(abs(seed)).permutation(len(originals)))
    chosen = []
    for label in labels.unique():
        members = shuffled[labels[shuffled] == label]
        chosen.append(originals[members[: int(share * len(members))]])
    return torch.cat(chosen).sort().values
