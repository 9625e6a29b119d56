"""Whether samples are new, or training images in disguise: what distances alone let pass.

A copy is far closer to one training image than to any other; a blend of a few is put together from them almost without
remainder. Both are measured on small images (see `CopySearch`), mirrored as well, and only mean something beside what
real images score that nobody learned from.
"""

import msgspec
import torch
from torch import Tensor
from torch.nn.functional import normalize

from models.events import Progress, Task
from models.metrics.copies import CHUNK, CopySearch

AROUND = 50
"""Training images that an image's nearest one is compared with."""
BLENDED = (2, 5)
"""Numbers of training images that a blend is looked for in."""
LOWEST = 0.05
"""Share of the unseen images that are taken for conspicuous: as many samples should be."""
ENOUGH = 0.9
"""Part of what unseen images score that is new enough."""
MOST_CONSPICUOUS = 0.08
COMPONENTS, SAMPLE = 256, 4096
"""Principal components that blends are looked for in, and training images, at most twice as many, that they are of."""
CANDIDATES = 64
"""Training images, as they are or mirrored, most like an image, among which the parts of a blend are looked for."""
TINY = 1e-6
FEWEST = 20
LEAST_NEW = 0.02
"""What unseen images must score to be a measure; less is rounding, of copies."""
MOST = 300
"""Images of either kind that are looked at; the medians are settled by then."""


class Honesty(msgspec.Struct, frozen=True):
    """What samples score relative to unseen real images: about 1 when they are as new, near 0 for copies or blends.

    isolation, blend_of_2, blend_of_5: the median sample's over the median unseen image's, see `find_isolation` and
    `find_remainders`. isolated, blended: shares of the samples below the 5% lowest unseen images in isolation and in
    the remainder of five images; about 0.05 when all is well.
    """

    isolation: float
    blend_of_2: float
    blend_of_5: float
    isolated: float
    blended: float

    @property
    def holds_copies(self) -> bool:
        """Whether samples keep closer to a single training image than unseen images do."""
        return self.isolation < ENOUGH or self.isolated > MOST_CONSPICUOUS

    @property
    def holds_blends(self) -> bool:
        """Whether samples are put together from a few training images."""
        return self.blend_of_5 < ENOUGH or self.blended > MOST_CONSPICUOUS


def judge_honesty(search: CopySearch, samples: Tensor, unseen: Tensor) -> Task[Honesty | None]:
    """How new samples are beside unseen real images, both uint8 (n, C, H, W); of each, `MOST` spread evenly.

    None where there are fewer than `FEWEST` of either or of training images, or the unseen ones are copies themselves.
    Yields `Progress`.
    """
    if min(len(samples), len(unseen), len(search.prints)) < FEWEST:
        return None
    here, there = _spread(samples), _spread(unseen)
    isolation, real_isolation = (yield from find_isolation(search, here)), (yield from find_isolation(search, there))
    remainders, real_remainders = (
        (yield from find_remainders(search, here)),
        (yield from find_remainders(search, there)),
    )
    real = real_isolation.median(), *real_remainders.median(0).values
    if min(map(float, real)) < LEAST_NEW:
        return None
    two, five = (remainders.median(0).values / real_remainders.median(0).values).tolist()
    return Honesty(
        isolation=float(isolation.median() / real_isolation.median()),
        blend_of_2=two,
        blend_of_5=five,
        isolated=_share_below(isolation, real_isolation),
        blended=_share_below(remainders[:, 1], real_remainders[:, 1]),
    )


def find_isolation(search: CopySearch, images: Tensor) -> Task[Tensor]:
    """How much closer than the others the nearest training image is: d1 / mean(d2..d50), float32 (n,), 0..1.

    Distances of images uint8 (n, C, H, W) over all flips, d1 over small shifts as well. Near 0 for a copy, however
    crowded the training images are where it lies. Yields `Progress`.
    """
    _, shifted = yield from search.nearest(images, "Looking for copies")
    shifted *= search.prints.shape[1] ** 0.5  # as long as the distances below
    found = [torch.empty(0)]
    for start in range(0, len(images), CHUNK):
        chunk = images[start : start + CHUNK]
        views = search.views(chunk)
        distances = torch.cdist(views.flatten(0, 1), search.prints).view(len(chunk), views.shape[1], -1).amin(1)
        near = distances.topk(min(AROUND, distances.shape[1]), largest=False).values
        nearest = torch.minimum(near[:, 0], shifted[start : start + CHUNK])
        found.append(nearest / near[:, 1:].mean(1).clamp_min(TINY))
        yield Progress(start + len(chunk), len(images), "Looking for copies")
    return torch.cat(found)


def find_remainders(search: CopySearch, images: Tensor) -> Task[Tensor]:
    """What 2 and 5 training images leave of an image: float32 (n, 2), 0 (nothing: it is a blend of them) to 1.

    Images uint8 (n, C, H, W) are put together by orthogonal matching pursuit (Pati et al. 1993) from all training
    images and their mirror images; the norm of what remains over the norm of the image, both in whitened principal
    components. Yields `Progress`.
    """
    found = [torch.empty(0, len(BLENDED))]
    whiten = _whitening(search)
    atoms = normalize(search.prints @ whiten)
    for start in range(0, len(images), CHUNK):
        chunk = images[start : start + CHUNK]
        views = search.views(chunk) @ whiten
        _, places = (views @ atoms.T).abs().flatten(1).topk(min(CANDIDATES, 4 * len(atoms)))
        candidates = normalize(search.flip(search.prints[places % len(atoms)], places // len(atoms)) @ whiten, dim=2)
        found.append(_remainders(views[:, 0], candidates))
        yield Progress(start + len(chunk), len(images), "Looking for blends")
    return torch.cat(found)


def _whitening(search: CopySearch) -> Tensor:
    """To principal components of unit deviation: float32 (D, q), the same for a picture and its mirror image.

    Pictures that are much alike, as all are that were taken in one way, have hardly anything in common there, so that
    the parts of a blend stand out.
    """
    prints = search.prints[:: max(1, len(search.prints) // SAMPLE)]
    ways = (search.flip(prints, torch.full((len(prints),), way)) for way in range(4))
    covariance = sum((each.T @ each for each in ways), torch.zeros(prints.shape[1], prints.shape[1]))
    values, axes = torch.linalg.eigh(covariance / (4 * len(prints)))
    kept = min(COMPONENTS, len(prints) // 2, len(values))
    return axes[:, -kept:] / values[-kept:].clamp_min(TINY).sqrt()


def _remainders(images: Tensor, candidates: Tensor) -> Tensor:
    """Of images (n, D), by matching pursuit among candidates (n, K, D) of length 1."""
    chosen: list[Tensor] = []
    remainder, shares = images, []
    everyone = torch.arange(len(images))
    for size in range(1, max(BLENDED) + 1):
        best = (candidates @ remainder.unsqueeze(2)).squeeze(2).abs().argmax(1)
        chosen.append(candidates[everyone, best])
        basis = torch.stack(chosen, 2)
        weights = torch.linalg.lstsq(basis, images.unsqueeze(2)).solution
        remainder = images - (basis @ weights).squeeze(2)
        if size in BLENDED:
            shares.append(remainder.norm(dim=1) / images.norm(dim=1).clamp_min(TINY))
    return torch.stack(shares, 1)


def _spread(images: Tensor) -> Tensor:
    """At most `MOST` images, spread evenly."""
    return images[torch.linspace(0, len(images) - 1, min(MOST, len(images))).round().to(torch.int64)]


def _share_below(values: Tensor, unseen: Tensor) -> float:
    return float((values < unseen.quantile(LOWEST)).to(torch.float64).mean())
