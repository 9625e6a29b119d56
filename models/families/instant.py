"""Instant: a mixture of factor analyzers in principal components, fitted in seconds."""

from hashlib import sha256
from typing import Annotated, ClassVar

import msgspec
import torch
from msgspec import Meta
from torch import Tensor

from models import kmeans
from models.data import ImageSet
from models.events import Progress, Task
from models.factor_analyzers import FactorAnalyzers
from models.families.base import FittedFamily
from models.principal_components import PrincipalComponents, find_components

CLUSTERED_COMPONENTS = 48
IMAGES_A_CLUSTER = 40
"""With fewer images a cluster the figures go on improving, but samples become blends of a handful of images."""
IMAGES_A_FACTOR = 4
SMALLEST_CLUSTER = 8
MOST_FACTORS = 64
MOST_AUTOMATIC_FACTORS = 20
COMPARED_FACTORS = 5
"""Likelihood settles the number of clusters, with few factors. It would keep them few, since noise makes up for what
they leave out; samples have no noise, and would be too much alike."""

Clusters = Annotated[
    int,
    Meta(
        title="Clusters",
        description="Groups of similar images, over all classes. More is crisper, but closer to blends of the images "
        "you have. 0: as many as predict unseen images best, of 40 images or more each.",
        ge=0,
        le=2000,
    ),
]
Factors = Annotated[
    int,
    Meta(
        title="Factors",
        description="In how many ways the images of a cluster may vary. 0: a quarter of its images, at most 20.",
        ge=0,
        le=MOST_FACTORS,
    ),
]
Components = Annotated[
    int,
    Meta(
        title="Components",
        description="How many patterns an image is put together from. More keeps finer detail and takes longer.",
        ge=2,
        le=2048,
    ),
]


class InstantSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of `Instant`."""

    clusters: Clusters = 0
    factors: Factors = 0
    components: Components = 512


class Instant(FittedFamily):
    """Class-conditional mixture of factor analyzers (Richardson & Weiss 2018, by hard assignment).

    Images are put into principal components; each class is clustered there by k-means, and each cluster is its mean and
    a few directions in which its images vary. A sample is a mean plus random steps along the directions, without
    residual noise. For centered, aligned images; the first latent chooses the cluster, the others are the steps.
    """

    name = "instant"
    title = "Instant"
    summary = "Finds groups of similar images and varies them the way they vary: ready in seconds, for aligned images."
    paper = "Richardson & Weiss 2018, “On GANs and GMMs”"
    Settings: ClassVar[type[msgspec.Struct]] = InstantSettings
    settings: InstantSettings

    components: PrincipalComponents
    mixtures: list[FactorAnalyzers]
    """One a class."""

    @property
    def latent_size(self) -> int:
        return 1 + (self.settings.factors or MOST_AUTOMATIC_FACTORS)

    def fit(self, data: ImageSet, seed: int) -> Task[dict[str, float]]:
        random = torch.Generator().manual_seed(seed)
        components, points = yield from find_components(data.images, self.settings.components, random)
        kept = _distinct(data)
        points, labels = points[kept], data.labels[kept]
        classes = [points[labels == label] for label in range(self.classes)]
        sizes = _sizes(self.settings, len(points))
        size = (yield from _choose_size(sizes, classes, random)) if len(sizes) > 1 else sizes[0]
        factors = self.settings.factors or max(1, min(int(size) // IMAGES_A_FACTOR, MOST_AUTOMATIC_FACTORS))
        yield Progress(0, 1, "Finding groups")
        self.mixtures = [_fit_class(rows, size, factors, random) for rows in _enlarged(classes)]
        self.components = components
        yield Progress(1, 1, "Finding groups")
        return {
            "clusters": sum(len(mixture.weights) for mixture in self.mixtures),
            "factors": factors,
            "components": points.shape[1],
        }

    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        points = torch.empty(len(latents), len(self.components.basis))
        for label in labels.unique().tolist():
            chosen = labels == label
            points[chosen] = _draw(self.mixtures[label], latents[chosen])
        shape = self.shape
        return self.components.pixels(points).clamp_(-1, 1).view(-1, shape.channels, shape.height, shape.width)

    def state(self) -> dict[str, Tensor]:
        state = {"mean": self.components.mean, "basis": self.components.basis}
        for label, mixture in enumerate(self.mixtures):
            state |= {f"class {label}.{key}": getattr(mixture, key) for key in FactorAnalyzers.__annotations__}
        return state

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.components = PrincipalComponents(state["mean"], state["basis"])
        self.mixtures = [
            FactorAnalyzers(**{key: state[f"class {label}.{key}"] for key in FactorAnalyzers.__annotations__})
            for label in range(self.classes)
        ]


def _distinct(data: ImageSet) -> Tensor:
    """Indices of the images without repeats in a class, which augmentation makes: a cluster is not larger for them."""
    first: dict[tuple[int, bytes], int] = {}
    for index, (image, label) in enumerate(zip(data.images, data.labels.tolist(), strict=True)):
        first.setdefault((label, sha256(image.contiguous().numpy()).digest()), index)
    return torch.tensor(list(first.values()))


def _sizes(settings: InstantSettings, n: int) -> list[float]:
    """Images a cluster, on average, to choose from for n images: within the limit that keeps samples honest."""
    if settings.clusters:
        return [n / settings.clusters]
    doublings = [float(IMAGES_A_CLUSTER * 2**times) for times in range(5)]
    return [size for size in doublings if size <= n] or [float(n)]


def _choose_size(sizes: list[float], classes: list[Tensor], random: torch.Generator) -> Task[float]:
    """The size under which a fifth of the points of each class is likeliest, fitted to the others."""
    parts = [_split(rows, random) for rows in classes]
    scores: dict[float, float] = {}
    for size in sizes:
        yield Progress(len(scores), len(sizes), "Choosing the number of groups")
        mixtures = [_fit_class(fitted, size, COMPARED_FACTORS, random) for fitted, _ in parts]
        scores[size] = sum(
            float(mixture.log_likelihood(unseen).sum()) for mixture, (_, unseen) in zip(mixtures, parts, strict=True)
        )
    return max(scores, key=scores.__getitem__)


def _split(rows: Tensor, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Four fifths to fit, one fifth (a thousand at most) to check."""
    shuffled = rows[torch.randperm(len(rows), generator=random)]
    unseen = min(len(rows) // 5, 1000)
    return shuffled[unseen:], shuffled[:unseen]


def _enlarged(classes: list[Tensor]) -> list[Tensor]:
    """The points of each class; one with a single point varies around it as all points do, lest samples be copies."""
    everything = torch.cat(classes)
    return [rows if len(rows) > 1 else everything - everything.mean(0) + rows for rows in classes]


def _fit_class(points: Tensor, size: float, factors: int, random: torch.Generator) -> FactorAnalyzers:
    count = max(1, int(len(points) / size + 0.5))
    groups = kmeans.cluster(points[:, :CLUSTERED_COMPONENTS], count, SMALLEST_CLUSTER, random)
    return FactorAnalyzers.fit(points, groups, factors)


def _draw(mixture: FactorAnalyzers, latents: Tensor) -> Tensor:
    """Points (n, q) from latents (n, 1 + r or more)."""
    position = torch.special.ndtr(latents[:, 0].to(torch.float64))
    edges = mixture.weights.to(torch.float64).cumsum(0)[:-1]
    clusters = torch.searchsorted(edges, position, right=True)
    return mixture.draw(clusters, latents[:, 1 : 1 + mixture.factors.shape[1]])
