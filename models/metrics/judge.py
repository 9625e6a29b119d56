"""Judges samples against the images they were learned from, beside images that nobody learned from."""

import os
from functools import cached_property
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from models.data import ImageSet
from models.events import Task
from models.metrics import kernel
from models.metrics.features import Extractor
from models.metrics.frechet import Gaussian
from models.metrics.neighbors import NEIGHBORS, Manifold, nearest_neighbors
from models.metrics.ssim import WINDOW, pairwise_ssim


class Scores(msgspec.Struct, frozen=True):
    """What `n` images score against the training images, and the extractor all figures but `ssim` come from.

    A figure is None where there are too few images for it to be defined. `fid`, `kid`: 2 images on each side.
    `precision`, `recall`, `coverage`: 6 on each side (five neighbors and the image itself). `ssim`: 2 images of at
    least 11 px. `nearest`: one image, and one held-out image that is no copy of a training image.
    """

    n: int
    fid: float | None
    """Frechet distance, from 0; falls with n, so compare with the floor of the same n."""
    kid: float | None
    """1,000 times the unbiased kernel distance; about 0 when perfect, whatever n."""
    precision: float | None
    """Share of the images that look like some training image, 0..1."""
    recall: float | None
    """Share of the training images that look like some of the images, 0..1."""
    coverage: float | None
    """Share of the training images with one of the images among their neighbors, 0..1."""
    ssim: float | None
    """Mean structural similarity of random pairs of the images: 1 when all are alike."""
    nearest: float | None
    """Median distance to the nearest training image or its mirror image, relative to what unseen real images
    have: near 0 for copies, 1 for images as new as unseen real ones."""
    extractor: str


class Nearest(msgspec.Struct, frozen=True):
    """The nearest training image of each of n images, mirror images of the training images included."""

    indices: Tensor
    """int64 (n,): into the training images."""
    mirrored: Tensor
    """bool (n,): whether it is the mirror image (left to right) that is nearest."""
    distances: Tensor
    """float64 (n,): relative to the median distance of unseen real images, where that is known; else as they are."""
    threshold: float | None
    """Nineteen in twenty unseen real images are farther than this: below it, look at the pair. None: unknown."""


class Judge:
    """Holds the features of the training images and of held-out real images, and judges samples by them.

    train: features float32 (N, D) of all training images as they are (not augmented).
    mirrored: the same of their mirror images, left to right.
    held_out: features (M, D) of real images nobody learns from; M may be 0.
    held_out_ssim: the pairwise structural similarity of the held-out images; None when there are too few.
    """

    def __init__(
        self,
        extractor: Extractor,
        train: Tensor,
        mirrored: Tensor,
        held_out: Tensor,
        held_out_ssim: float | None,
    ) -> None:
        self.extractor = extractor
        self.train = train
        self.mirrored = mirrored
        self.held_out = held_out
        self.held_out_ssim = held_out_ssim

    @classmethod
    def prepare(cls, extractor: Extractor, train: ImageSet, held_out: ImageSet) -> Task["Judge"]:
        """Look at all real images once; yields `Progress`."""
        features = yield from extractor.extract(train.images, "Looking at the training images")
        mirrored = yield from extractor.extract(train.images.flip(3), "Looking at their mirror images")
        unseen = yield from extractor.extract(held_out.images, "Looking at the held-out images")
        return cls(extractor, features, mirrored, unseen, _ssim(held_out.images))

    def save(self, path: Path) -> None:
        """Write what `prepare` found as safetensors, atomically."""
        tensors = {"train": self.train, "mirrored": self.mirrored, "held_out": self.held_out}
        ssim = "" if self.held_out_ssim is None else repr(self.held_out_ssim)
        partial = path.with_name(path.name + ".partial")
        save_file(tensors, partial, metadata={"extractor": self.extractor.name, "held_out_ssim": ssim})
        os.replace(partial, path)

    @classmethod
    def load(cls, path: Path, extractor: Extractor) -> "Judge":
        """Read what `save` wrote. Raises `ValueError` when it is damaged or comes from another extractor."""
        try:
            with safe_open(path, "pt") as file:
                metadata = file.metadata()
                tensors = {name: file.get_tensor(name) for name in ("train", "mirrored", "held_out")}
        except SafetensorError as error:
            raise ValueError(f"{path} is damaged: {error}") from error
        if metadata["extractor"] != extractor.name:
            raise ValueError(f"{path} holds features of {metadata['extractor']}, not of {extractor.name}")
        ssim = metadata["held_out_ssim"]
        return cls(extractor, **tensors, held_out_ssim=float(ssim) if ssim else None)

    def features(self, images: Tensor) -> Task[Tensor]:
        """Features of samples uint8 (n, C, H, W), for `scores` and `nearest`; yields `Progress`."""
        return (yield from self.extractor.extract(images, "Looking at the samples"))

    def score(self, images: Tensor) -> Task[Scores]:
        """Scores of samples uint8 (n, C, H, W); yields `Progress`."""
        features = yield from self.features(images)
        return self.scores(images, features)

    def scores(self, images: Tensor, features: Tensor) -> Scores:
        """Scores of samples uint8 (n, C, H, W) whose features are known."""
        return self._scores(features, _ssim(images))

    def floor(self, n: int) -> Scores:
        """What held-out real images score: the best that samples can hope for. At most n of them; see `Scores.n`."""
        random = torch.Generator().manual_seed(0)
        chosen = torch.randperm(len(self.held_out), generator=random)[:n]
        return self._scores(self.held_out[chosen], self.held_out_ssim)

    def nearest(self, features: Tensor) -> Nearest:
        """The nearest training image of each row of features (n, D)."""
        indices, mirrored, distances = self._nearest(features)
        unit = self._unseen_median or 1.0
        threshold = float(self._unseen.quantile(0.05)) / unit if self._unseen_median else None
        return Nearest(indices, mirrored, distances / unit, threshold)

    def _scores(self, features: Tensor, ssim: float | None) -> Scores:
        few, fewest = min(len(features), len(self.train)), 2
        precision = recall = coverage = None
        if few > NEIGHBORS:
            counts, held = self._manifold.hits(features)
            precision, coverage = _share(counts > 0), _share(held)
            recall = Manifold.of(features).share_inside(self.train)
        return Scores(
            n=len(features),
            fid=self._gaussian.distance(Gaussian.of(features)) if few >= fewest else None,
            kid=self._kernel_distance(features) if few >= fewest else None,
            precision=precision,
            recall=recall,
            coverage=coverage,
            ssim=ssim,
            nearest=self._nearest_ratio(features),
            extractor=self.extractor.name,
        )

    def _kernel_distance(self, features: Tensor) -> float:
        between = kernel.mean_between(self.train, features)
        return kernel.combine(self._kernel_within, kernel.mean_within(features), between)

    def _nearest_ratio(self, features: Tensor) -> float | None:
        if not len(features) or not self._unseen_median:
            return None
        return float(self._nearest(features)[2].median()) / self._unseen_median

    def _nearest(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Index, whether mirrored, and distance of the nearest training image of each row."""
        indices, distances = nearest_neighbors(features, self.train)
        mirrored_indices, mirrored_distances = nearest_neighbors(features, self.mirrored)
        mirrored = mirrored_distances < distances
        return (
            torch.where(mirrored, mirrored_indices, indices),
            mirrored,
            torch.minimum(distances, mirrored_distances),
        )

    # What only depends on the real images is worked out once, when it is first needed.

    @cached_property
    def _gaussian(self) -> Gaussian:
        return Gaussian.of(self.train)

    @cached_property
    def _manifold(self) -> Manifold:
        return Manifold.of(self.train)

    @cached_property
    def _kernel_within(self) -> float:
        return kernel.mean_within(self.train)

    @cached_property
    def _unseen(self) -> Tensor:
        """The distances of the held-out images to the nearest training image, (M,)."""
        return self._nearest(self.held_out)[2]

    @cached_property
    def _unseen_median(self) -> float | None:
        """Their median; None when there are none or they are copies, and so no measure of what is new."""
        return (float(self._unseen.median()) or None) if len(self.held_out) else None


def _ssim(images: Tensor) -> float | None:
    if len(images) < 2 or min(images.shape[-2:]) < WINDOW:
        return None
    return pairwise_ssim(images)


def _share(flags: Tensor) -> float:
    return float(flags.to(torch.float64).mean())
