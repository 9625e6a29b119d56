"""The variational autoencoder with a learned variance."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

import torch
from msgspec import Meta
from torch import Tensor, nn
from torch.optim import Adam

from models.data import ImageSet, ImageShape
from models.events import Task
from models.families.base import Batch, LearningRate, SteppedSettings
from models.families.blocks import Condition, ConvEncoder, ConvGenerator
from models.families.encoding_family import EncodingFamily
from models.families.linear_vae import LinearVae
from models.latent_density import NUMBERS

WARM_UP_STEPS = 500
"""Where it is not known how many steps a run has."""
SMALLEST_VARIANCE = 1e-5  # half a gray level out of 255, squared, is 1.5e-5 in [-1, 1]
COLLAPSED = 1e-4  # nats for each pixel value: at 64 px less than half a nat an image
ALL_ALIKE = "Hardly anything is kept of an image, so all samples look alike. More images help, or a narrower network."

LatentSize = Annotated[
    int,
    Meta(
        title="Latent numbers",
        description="How many numbers an image is boiled down to. Fewer is smoother, more keeps detail.",
        ge=2,
        le=512,
    ),
]
Beta = Annotated[
    float,
    Meta(
        title="Weight of forgetting (beta)",
        description="More keeps less of each image and varies it more evenly; 1 is the balance that theory asks for.",
        ge=0.01,
        le=100.0,
        extra={"step": 0.1},
    ),
]
WarmUp = Annotated[
    int,
    Meta(
        title="Steps of easing in",
        description="Over how many first steps the weight of forgetting grows to what is set. 0: a tenth of those that "
        "the minutes given hold.",
        ge=0,
        le=100_000,
        extra={"unit": "steps"},
    ),
]


class VaeSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `Vae`."""

    learning_rate: LearningRate = 1e-3
    batch: Batch = 32
    latent_size: LatentSize = 256
    beta: Beta = 1.0
    warm_up: WarmUp = 0


class Vae(EncodingFamily):
    """Convolutional VAE (Kingma & Welling 2014), the class embedded on both sides (CVAE, Sohn et al. 2015).

    The variance of a pixel is the best one for each batch, in closed form (sigma-VAE, Rybkin et al. 2021), so that
    no weight between the two losses has to be guessed; one may be set (beta-VAE, Higgins et al. 2017). It begins as
    the best linear VAE, see `LinearVae`, and learns what convolutions add to it. Samples are made from what latents
    turn out to be like, see `LatentDensity`. Losses are nats for each pixel value.
    """

    name = "vae"
    title = "VAE"
    summary = "Boils each image down to a few numbers and redraws it: steady and quick to learn, soft in detail."
    paper = "Rybkin et al. 2021, “Simple and effective VAE training with calibrated decoders”"
    kind = "autoencoder"
    Settings = VaeSettings
    enough_steps: ClassVar[int] = 2_000
    shares_of_run: ClassVar[Mapping[str, float]] = {"warm_up": 0.1}
    loss_titles: ClassVar[dict[str, str]] = {"reconstruction": "Redrawing error", "kl": "Information kept"}

    settings: VaeSettings

    def __init__(self, settings: VaeSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.autoencoder = Autoencoder(settings.latent_size, shape, classes, self.width)
        self.networks = {"autoencoder": self.autoencoder}
        self.optimizers = {"both": Adam(self.autoencoder.parameters(), lr=settings.learning_rate, fused=True)}

    @classmethod
    def trouble(cls, losses: Mapping[str, float]) -> str | None:
        return ALL_ALIKE if losses.get("kl", 1.0) < COLLAPSED else None

    @property
    def latent_size(self) -> int:
        return max(self.settings.latent_size, NUMBERS)

    @property
    def generator(self) -> nn.Module:
        return self.autoencoder

    def initialize(self, random: torch.Generator) -> None:
        super().initialize(random)
        self.autoencoder.silence()

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Find the linear VAE of these images. Yields `Progress`."""
        return self.autoencoder.linear.fit(data.images, seed)

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        autoencoder = self.autoencoder.train()
        mean, log_variance = autoencoder.encode(images, labels)
        noise = torch.randn(mean.shape, generator=random).to(mean.device)
        redrawn = autoencoder.decode(mean + noise * torch.exp(0.5 * log_variance), labels)

        reconstruction = gaussian_cost(images, redrawn)
        kl = divergence(mean, log_variance) / images[0].numel()
        loss = reconstruction + self.weight(number) * kl
        self.optimizers["both"].zero_grad()
        loss.backward()
        self.optimizers["both"].step()
        return {"reconstruction": reconstruction.detach(), "kl": kl.detach()}

    def weight(self, number: int) -> float:
        """Of the divergence, at a step: it grows evenly from the first one on (Bowman et al. 2016)."""
        return self.settings.beta * min(1.0, number / (self.settings.warm_up or WARM_UP_STEPS))

    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        return self.autoencoder.encode(images, labels)

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        drawn = self.density.draw(latents, labels) if self.density else latents[:, : self.settings.latent_size]
        return self.autoencoder.eval().decode(drawn.to(self.device), labels.to(self.device)).clamp(-1, 1)


class Autoencoder(nn.Module):
    """Images and labels -> mean and logarithm of the variance of their latents, each (B, q), and back.

    Both ways the linear VAE, and what convolutions add to it.
    """

    def __init__(self, latent_size: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.linear = LinearVae(latent_size, shape)
        self.look = ConvEncoder(shape, width)
        self.condition = Condition(classes)
        features = self.look.features * self.look.height * self.look.width
        self.encoder_head = nn.Linear(latent_size + features + self.condition.size, 2 * latent_size)
        self.decoder_head = nn.Linear(latent_size, latent_size)
        self.draw = ConvGenerator(latent_size, shape, classes, width)

    def silence(self) -> None:
        """What is added is 0 at first."""
        for last in (self.encoder_head, self.decoder_head, self.draw.layers[-2]):
            for parameter in last.parameters():
                nn.init.zeros_(parameter)

    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        coordinates = self.linear.coordinates(images)
        features = torch.cat((coordinates, torch.flatten(self.look(images), 1)), 1)
        added_mean, added_log_variance = self.encoder_head(self.condition(features, labels)).chunk(2, 1)
        return self.linear.exactness * coordinates + added_mean, self.linear.variance.log() + added_log_variance

    def decode(self, latents: Tensor, labels: Tensor) -> Tensor:
        coordinates = self.linear.exactness * latents + self.decoder_head(latents)
        return self.linear.images(coordinates) + self.draw(latents, labels)


def gaussian_cost(images: Tensor, redrawn: Tensor) -> Tensor:
    """Negative log-likelihood of a pixel value, nats, under a Gaussian of the best variance (Rybkin et al. 2021)."""
    variance = (images - redrawn).square().mean().clamp_min(SMALLEST_VARIANCE)
    return 0.5 * (variance.log() + 1 + math.log(2 * math.pi))


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, 1)) in nats an image, mean over the batch (Kingma & Welling 2014, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum(1).mean()
