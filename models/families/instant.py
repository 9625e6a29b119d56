"""Instant: a mixture of factor analyzers in principal components, fitted in seconds."""

from typing import Annotated, ClassVar

import msgspec
import torch
from msgspec import Meta
from torch import Tensor

from models.class_mixtures import MOST_AUTOMATIC_FACTORS, ClassMixtures
from models.data import ImageSet
from models.events import Task
from models.families.base import FittedFamily
from models.principal_components import PrincipalComponents, find_components
from models.state import State

MOST_FACTORS = 64

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
    density: ClassMixtures

    @property
    def latent_size(self) -> int:
        return 1 + (self.settings.factors or MOST_AUTOMATIC_FACTORS)

    def fit(self, data: ImageSet, seed: int) -> Task[dict[str, float]]:
        random = torch.Generator().manual_seed(seed)
        components, points = yield from find_components(data.images, self.settings.components, random)
        kept = data.distinct()
        chosen = {"clusters": self.settings.clusters, "factors": self.settings.factors}
        self.density = yield from ClassMixtures.fit(points[kept], data.labels[kept], random, **chosen)
        self.components = components
        return {
            "clusters": self.density.clusters,
            "factors": self.density.factors,
            "components": points.shape[1],
        }

    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        points = self.density.draw(latents, labels)
        shape = self.shape
        return self.components.pixels(points).clamp_(-1, 1).view(-1, shape.channels, shape.height, shape.width)

    def state(self) -> State:
        return {"mean": self.components.mean, "basis": self.components.basis} | self.density.state()

    def load_state(self, state: State) -> None:
        self.components = PrincipalComponents(state["mean"], state["basis"])
        self.density = ClassMixtures.from_state(state, self.classes)
