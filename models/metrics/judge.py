"""Judges samples against the images they were learned from, beside images that nobody learned from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from models.atomic import write_atomically
from models.data import ImageSet
from models.events import Task
from models.metrics import kernel
from models.metrics.copies import CopySearch, thumbnails
from models.metrics.features import Extractor
from models.metrics.frechet import Gaussian
from models.metrics.honesty import Honesty, judge_honesty
from models.metrics.neighbors import NEIGHBORS, Manifold, find_nearest
from models.metrics.ssim import WINDOW, pairwise_ssim

HALVES = 8
"""Random halves of the held-out images that tell how far chance moves their figures."""
TWO_SIDED = 2.36
"""Student's t at 95% for as many."""
COPY = 0.25
"""An image is a copy when it is less than this part as far from a training image as the median unseen image."""
VARYING = ("fid", "kid", "precision", "recall", "coverage", "nearest")
"""Figures that another choice of images would change."""
TENSORS = (
    "train",
    "train_thumbnails",
    "train_mean",
    "train_root",
    "train_radii",
    "train_kernel",
    "held_out",
    "held_out_features",
    "held_out_pixels",
)


class Scores(msgspec.Struct, frozen=True):
    """What `n` images score against the training images, and the extractor all figures but `ssim` come from.

    A figure is None where there are too few images for it to be defined. `fid`, `kid`: 2 images on each side.
    `precision`, `recall`, `coverage`: 6 on each side (five neighbors and the image itself). `ssim`: 2 images of at
    least 11 px. `nearest`, `copies`: held-out images that are not mostly copies of training images.
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
    """Median distance to the nearest training image, relative to what unseen real images have: near 0 for copies,
    about 1 for images as new as unseen real ones. See `Nearest.distances`."""
    copies: float | None
    """Share of the images that are a training image again, perhaps mirrored or shifted, 0..1."""
    extractor: str


class Nearest(msgspec.Struct, frozen=True):
    """The nearest training image of each of n images."""

    indices: Tensor
    """int64 (n,): into the training images."""
    distances: Tensor | None
    """float64 (n,): between features, in units of the median distance of unseen real images; for copies found by
    pixels, mirrored or shifted a little, between pixels, in units of the same median. None where no image is unseen."""
    copies: Tensor | None
    """bool (n,): less than a quarter as far as the median unseen image. None where no image is unseen."""


class Assessment(msgspec.Struct, frozen=True):
    """Everything that is said about one set of samples, and their features, float32 (n, D)."""

    scores: Scores
    nearest: Nearest
    features: Tensor


@dataclass(frozen=True)
class Unseen:
    """How far held-out real images are from the nearest training image: the measure of what is new.

    features: float64 (M,), between features. pixels: float32 (M,), as `CopySearch.nearest` gives it.
    """

    features: Tensor
    pixels: Tensor

    def is_measure(self) -> bool:
        """Whether there are any that are not copies themselves."""
        return len(self.features) > 0 and bool(self.features.median() > 0) and bool(self.pixels.median() > 0)

    def relative(self, features: Tensor, pixels: Tensor) -> Tensor:
        """Distances (n,) of other images in units of the median unseen image; those in pixels only count for copies."""
        features = features / self.features.median()
        pixels = pixels / self.pixels.median()
        return torch.where(pixels < COPY, torch.minimum(features, pixels), features)


@dataclass(frozen=True)
class Judge:
    """Holds what is known of the training images and of held-out real images, and judges samples by it.

    Everything that depends on the real images alone is worked out once, in `prepare`, and can be kept.

    train: features float32 (N, D) of all training images as they are (not augmented), N >= 2.
    train_thumbnails: their thumbnails, uint8 (N, C, 32, 32).
    train_mean, train_root: of their `Gaussian`.
    train_radii: of their `Manifold`; empty when there are too few for one.
    train_kernel: float64 (), the mean kernel value within them.
    held_out: features (M, D) of real images nobody learns from; M may be 0.
    held_out_features, held_out_pixels: (M,), how far they are from the nearest training image, see `Unseen`.
    held_out_ssim: their pairwise structural similarity; None when there are too few.
    """

    extractor: Extractor
    train: Tensor
    train_thumbnails: Tensor
    train_mean: Tensor
    train_root: Tensor
    train_radii: Tensor
    train_kernel: Tensor
    held_out: Tensor
    held_out_features: Tensor
    held_out_pixels: Tensor
    held_out_ssim: float | None

    @classmethod
    def prepare(cls, extractor: Extractor, train: ImageSet, held_out: ImageSet) -> Task["Judge"]:
        """Look at all real images once; yields `Progress`."""
        features = yield from extractor.extract(train.images, "Looking at the training images")
        unseen = yield from extractor.extract(held_out.images, "Looking at the held-out images")
        what = "Looking for held-out images that are copies"
        small = yield from thumbnails(train.images, what)
        _, pixels = yield from CopySearch(small).nearest(held_out.images, what)
        _, distances = yield from find_nearest(unseen, features)
        gaussian = yield from Gaussian.of(features)
        within = yield from kernel.mean_within(features)
        return cls(
            extractor=extractor,
            train=features,
            train_thumbnails=small,
            train_mean=gaussian.mean,
            train_root=gaussian.root,
            train_radii=(yield from _radii(features)),
            train_kernel=torch.tensor(within, dtype=torch.float64),
            held_out=unseen,
            held_out_features=distances,
            held_out_pixels=pixels,
            held_out_ssim=_ssim(held_out.images),
        )

    def save(self, path: Path) -> None:
        """Write what `prepare` found as safetensors, atomically. Raises `OSError`."""
        tensors = {name: getattr(self, name) for name in TENSORS}
        ssim = "" if self.held_out_ssim is None else repr(self.held_out_ssim)
        write_atomically(path, save(tensors, {"extractor": self.extractor.name, "held_out_ssim": ssim}))

    @classmethod
    def load(cls, path: Path, extractor: Extractor) -> "Judge":
        """Read what `save` wrote. Raises `ValueError` when it is damaged or not of this extractor and layout."""
        try:
            with safe_open(path, "pt") as file:
                facts = file.metadata() or {}
                tensors = {name: file.get_tensor(name) for name in TENSORS}
        except SafetensorError as error:
            raise ValueError(f"{path} cannot be read: {error}") from error
        if facts.get("extractor") != extractor.name:
            raise ValueError(f"{path} holds features of {facts.get('extractor')}, not of {extractor.name}")
        return cls(
            extractor,
            **tensors,
            held_out_ssim=float(facts["held_out_ssim"]) if facts["held_out_ssim"] else None,
        )

    def score(self, images: Tensor) -> Task[Scores]:
        """Scores of samples uint8 (n, C, H, W); yields `Progress`."""
        return (yield from self.assess(images)).scores

    def assess(self, images: Tensor) -> Task[Assessment]:
        """Scores of samples uint8 (n, C, H, W), and the training image nearest to each; yields `Progress`."""
        features = yield from self.extractor.extract(images, "Looking at the samples")
        in_pixels, pixels = yield from self._copy_search.nearest(images, "Looking for copies")
        indices, distances = yield from find_nearest(features, self.train)
        nearest = Nearest(indices, None, None)
        if self._unseen.is_measure():
            distances = self._unseen.relative(distances, pixels)
            copies = distances < COPY
            nearest = Nearest(torch.where(copies, in_pixels, indices), distances, copies)
        scores = yield from self._scores(features, nearest.distances, _ssim(images))
        return Assessment(scores, nearest, features)

    def honesty(self, samples: Tensor, held_out: Tensor) -> Task[Honesty | None]:
        """Whether samples are copies or blends, beside the held-out images, both uint8 (n, C, H, W)."""
        return (yield from judge_honesty(self._copy_search, samples, held_out))

    def floor(self, n: int, seed: int = 0) -> Task[Scores]:
        """What held-out real images score: the best that samples can hope for. n of them, or all; see `Scores.n`."""
        return (yield from self._floor(self._draw_unseen(n, seed)))

    def margins(self, n: int) -> Task[dict[str, float]]:
        """How far from the floor n other unseen images would score, by figure: within it 95 times in 100.

        Half of the images, drawn without repetition, vary as all of them would if others had been held out (McCarthy
        1969); the floor and what is compared with it vary both. Empty where a half is too few. Yields `Progress`.
        """
        drawn = self._draw_unseen(n, 0)
        if len(drawn) // 2 <= NEIGHBORS:
            return {}
        found: dict[str, list[float]] = {name: [] for name in VARYING}
        for seed in range(HALVES):
            order = torch.randperm(len(drawn), generator=torch.Generator().manual_seed(seed))
            scores = yield from self._floor(drawn[order[: len(drawn) // 2]])
            for name in VARYING:
                found[name].append(getattr(scores, name))
        spread = {name: torch.tensor(values) for name, values in found.items() if None not in values}
        return {name: TWO_SIDED * 2**0.5 * float(values.std()) for name, values in spread.items()}

    def _draw_unseen(self, n: int, seed: int) -> Tensor:
        return torch.randperm(len(self.held_out), generator=torch.Generator().manual_seed(seed))[:n]

    def _floor(self, chosen: Tensor) -> Task[Scores]:
        distances = None
        if self._unseen.is_measure():
            distances = self._unseen.relative(self._unseen.features[chosen], self._unseen.pixels[chosen])
        return (yield from self._scores(self.held_out[chosen], distances, self.held_out_ssim))

    def _scores(self, features: Tensor, distances: Tensor | None, ssim: float | None) -> Task[Scores]:
        few = min(len(features), len(self.train))
        fid, kid = (yield from self._distances(features)) if few >= 2 else (None, None)
        shares = (yield from self._shares(features)) if few > NEIGHBORS else (None, None, None)
        precision, recall, coverage = shares
        return Scores(
            n=len(features),
            fid=fid,
            kid=kid,
            precision=precision,
            recall=recall,
            coverage=coverage,
            ssim=ssim,
            nearest=None if distances is None else float(distances.median()),
            copies=None if distances is None else float((distances < COPY).double().mean()),
            extractor=self.extractor.name,
        )

    def _distances(self, features: Tensor) -> Task[tuple[float, float]]:
        """Frechet and kernel distance."""
        gaussian = yield from Gaussian.of(features)
        within = yield from kernel.mean_within(features)
        between = yield from kernel.mean_between(self.train, features)
        fid = Gaussian(self.train_mean, self.train_root).distance(gaussian)
        return fid, kernel.combine(float(self.train_kernel), within, between)

    def _shares(self, features: Tensor) -> Task[tuple[float, float, float]]:
        """Precision, recall and coverage."""
        hits = yield from Manifold(self.train, self.train_radii).hits(features)
        manifold = yield from Manifold.of(features)
        found_again = yield from manifold.hits(self.train)
        return hits.inside, found_again.inside, hits.covered

    @property
    def _unseen(self) -> Unseen:
        return Unseen(self.held_out_features, self.held_out_pixels)

    @cached_property
    def _copy_search(self) -> CopySearch:
        return CopySearch(self.train_thumbnails)


def _radii(features: Tensor) -> Task[Tensor]:
    if len(features) <= NEIGHBORS:
        return torch.empty(0, dtype=torch.float64)
    return (yield from Manifold.of(features)).radii


def _ssim(images: Tensor) -> float | None:
    if len(images) < 2 or min(images.shape[-2:]) < WINDOW:
        return None
    return pairwise_ssim(images)
