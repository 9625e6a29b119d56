"""The autoencoder with quantized codes, and a transformer that learns which codes go together."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import torch
from msgspec import Meta
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.optim import AdamW

from models.data import ImageSet, ImageShape
from models.events import Task
from models.families.base import Batch, LearningRate, SteppedFamily, SteppedSettings
from models.families.codebook import Codebook
from models.families.grid_codec import GridCodec
from models.families.quantizer import Quantizer
from models.families.scalar_levels import ScalarLevels, levels_for
from models.families.token_prior import HEAD_SIZE, TokenPrior
from models.families.vae import gaussian_cost

CODE_SIZE = 8
PRIOR_WIDTH = 4
"""Times the width of the autoencoder."""
LARGEST_GRADIENT = 1.0
MOSTLY_UNUSED = 0.5
FEW_IN_USE = "Most of the codes are not in use, so samples are poorer than they could be. Set fewer codes."

Codes = Annotated[
    int,
    Meta(
        title="Codes",
        description="How many kinds of patches images are put together from. More keeps finer detail, but what goes "
        "together takes longer to learn.",
        ge=8,
        le=4096,
    ),
]
Rounding = Annotated[
    Literal["a list that learns", "fixed levels"],
    Meta(
        title="Codes come from",
        description="A list that learns follows what patches look like. With fixed levels each patch is told by a few "
        "numbers, each rounded to a few steps (FSQ), which makes use of nearly all codes.",
    ),
]


class VqVaeSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `VqVae`."""

    learning_rate: LearningRate = 2e-3
    batch: Batch = 32
    codes: Codes = 512
    rounding: Rounding = "a list that learns"


class VqVae(SteppedFamily):
    """An autoencoder tells images by a grid of codes from a short list, and a transformer learns grids of a class.

    Both learn at each step; the transformer's error does not reach the autoencoder. The list learns too, or is made of
    fixed levels (FSQ, Mentzer et al. 2023). Each code of a sample comes from one latent: the quantile of its rank among
    normal numbers.
    """

    name = "vq_vae"
    title = "VQ-VAE"
    summary = "Puts images together from a list of patches, and learns which go together: crisp, but takes its time."
    paper = "van den Oord et al. 2017, “Neural discrete representation learning”"
    kind = "autoencoder"
    Settings = VqVaeSettings
    enough_steps: ClassVar[int] = 1_500
    steady_steps: ClassVar[int] = 500
    loss_titles: ClassVar[dict[str, str]] = {
        "reconstruction": "Redrawing error",
        "prior": "Surprise at the next patch",
        "unused": "Codes not in use",
    }
    losses_note: ClassVar[str] = "the lower, the better"

    settings: VqVaeSettings

    def __init__(self, settings: VqVaeSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        build = {"a list that learns": VectorQuantized, "fixed levels": ScalarQuantized}[settings.rounding]
        self.network: CodecAndPrior = build(settings.codes, shape, classes, self.width)
        self.networks = {"network": self.network}
        self.optimizers = {"both": AdamW(self.network.parameters(), settings.learning_rate, fused=True)}

    @classmethod
    def trouble(cls, losses: Mapping[str, float]) -> str | None:
        return FEW_IN_USE if losses.get("unused", 0.0) > MOSTLY_UNUSED else None

    @property
    def generator(self) -> nn.Module:
        return self.network

    @property
    def latent_size(self) -> int:
        return len(self.network.prior.places)

    def initialize(self, random: torch.Generator) -> None:
        super().initialize(random)
        self.network.codec.initialize(random)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Begin as the principal components of patches."""
        self.network.codec.measure(data.images)
        yield from ()

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        network = self.network.train()
        vectors = network.vectors(images)
        network.codebook.follow(_rows(vectors.detach()), random)
        tokens = network.tokens(vectors.detach())
        rounded = network.codes(tokens)
        redrawn = network.decode(straight_through(vectors, rounded))
        losses = {
            "reconstruction": gaussian_cost(images, redrawn),
            "prior": network.prior.cost(tokens, labels),
        }
        self.optimizers["both"].zero_grad()
        (losses["reconstruction"] + losses["prior"] + network.commitment * mse_loss(vectors, rounded)).backward()
        for part in (network.codec, network.prior):
            nn.utils.clip_grad_norm_(part.parameters(), LARGEST_GRADIENT)
        self.optimizers["both"].step()
        losses["unused"] = network.codebook.unused.float().mean()
        return {name: loss.detach() for name, loss in losses.items()}

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        network = self.network.eval()
        device = network.codebook.codes.device
        tokens = network.prior.draw(latents.to(device), labels.to(device))
        return network.decode(network.codes(tokens)).clamp(-1, 1)


class CodecAndPrior(nn.Module, ABC):
    """The autoencoder, what its codes are rounded to, and the transformer of tokens, places among these.

    commitment: the weight of how far vectors are from what they are rounded to.
    """

    commitment: ClassVar[float]

    def __init__(self, codebook: Quantizer, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        count, size = codebook.codes.shape
        self.codec = GridCodec(shape, size, width)
        self.codebook = codebook
        _, self.height, self.across = self.codec.sides
        prior_size = -(-PRIOR_WIDTH * width // HEAD_SIZE) * HEAD_SIZE
        self.prior = TokenPrior(count, self.height * self.across, classes, prior_size)

    @abstractmethod
    def vectors(self, images: Tensor) -> Tensor:
        """Codes (B, d, h, w), ready to be rounded."""

    @abstractmethod
    def decode(self, vectors: Tensor) -> Tensor:
        """Images of vectors, rounded or not."""

    def tokens(self, vectors: Tensor) -> Tensor:
        """int64 (B, h * w) of vectors (B, d, h, w)."""
        return self.codebook.nearest(_rows(vectors)).view(len(vectors), -1)

    def codes(self, tokens: Tensor) -> Tensor:
        """(B, d, h, w) of tokens (B, h * w)."""
        return self.codebook.codes[tokens].unflatten(1, (self.height, self.across)).permute(0, 3, 1, 2)


class VectorQuantized(CodecAndPrior):
    """Vectors are in the units of pixels, so that they are rounded to what looks most alike."""

    commitment = 0.25

    def __init__(self, codes: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__(Codebook(codes, CODE_SIZE), shape, classes, width)

    def vectors(self, images: Tensor) -> Tensor:
        return self.codec.encode(images) * self.codec.lengths[:, None, None]

    def decode(self, vectors: Tensor) -> Tensor:
        return self.codec.decode(vectors / self.codec.lengths[:, None, None])


class ScalarQuantized(CodecAndPrior):
    """Of each number all levels are used alike, so nothing has to hold vectors near to codes."""

    commitment = 0.0

    def __init__(self, codes: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__(ScalarLevels(levels_for(codes)), shape, classes, width)

    def vectors(self, images: Tensor) -> Tensor:
        return ScalarLevels.bounded(self.codec.encode(images))

    def decode(self, vectors: Tensor) -> Tensor:
        return self.codec.decode(vectors)


def straight_through(vectors: Tensor, rounded: Tensor) -> Tensor:
    """What is rounded, with gradients as if nothing had been (Bengio et al. 2013)."""
    return vectors + (rounded - vectors).detach()


def _rows(vectors: Tensor) -> Tensor:
    """(B, d, h, w) -> (B * h * w, d)."""
    return vectors.permute(0, 2, 3, 1).flatten(0, 2)
