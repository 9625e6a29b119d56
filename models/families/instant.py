"""Instant: a mixture of factor analyzers in principal components, fitted in seconds."""

from typing import Annotated, ClassVar

import msgspec
import torch
from msgspec import Meta
from torch import Tensor

from models import kmeans
from models.data import ImageSet
from models.errors import TrainingError
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
CANDIDATE_FACTORS = (2, 5, 10, 20)

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
        description="In how many ways the images of a cluster may vary. 0: as many as predict unseen images best.",
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
        return 1 + (self.settings.factors or max(CANDIDATE_FACTORS))

    def fit(self, data: ImageSet, seed: int) -> Task[dict[str, float]]:
        """Learn from at least two images, with at least one of each class."""
        if len(data) < 2:
            raise TrainingError(
                "There are too few images to learn from: {count}. Add images until there are 2.",
                count=len(data),
            )
        random = torch.Generator().manual_seed(seed)
        self.components, points = yield from find_components(data.images, self.settings.components, random)
        clusters = self.settings.clusters or max(1, len(data) // IMAGES_A_CLUSTER)
        factors = self.settings.factors or 10
        self.mixtures = []
        for label in range(self.classes):
            yield Progress(label, self.classes, "Finding groups")
            self.mixtures.append(
                _fit_class(points[data.labels == label], clusters / len(data), factors, random)
            )
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
        return (
            self.components.pixels(points).clamp_(-1, 1).view(-1, shape.channels, shape.height, shape.width)
        )

    def state(self) -> dict[str, Tensor]:
        state = {"mean": self.components.mean, "basis": self.components.basis}
        for label, mixture in enumerate(self.mixtures):
            state |= {
                f"class {label}.{key}": getattr(mixture, key) for key in FactorAnalyzers.__annotations__
            }
        return state

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.components = PrincipalComponents(state["mean"], state["basis"])
        self.mixtures = [
            FactorAnalyzers(**{key: state[f"class {label}.{key}"] for key in FactorAnalyzers.__annotations__})
            for label in range(self.classes)
        ]


def _fit_class(
    points: Tensor, clusters_a_point: float, factors: int, random: torch.Generator
) -> FactorAnalyzers:
    count = max(1, min(round(clusters_a_point * len(points)), len(points) // 2))
    groups = kmeans.cluster(points[:, :CLUSTERED_COMPONENTS], count, SMALLEST_CLUSTER, random)
    return FactorAnalyzers.fit(points, groups, factors)


def _draw(mixture: FactorAnalyzers, latents: Tensor) -> Tensor:
    """Points (n, q) from latents (n, 1 + r or more)."""
    position = torch.special.ndtr(latents[:, 0].to(torch.float64))
    edges = mixture.weights.to(torch.float64).cumsum(0)[:-1]
    clusters = torch.searchsorted(edges, position, right=True)
    return mixture.draw(clusters, latents[:, 1 : 1 + mixture.factors.shape[1]])
