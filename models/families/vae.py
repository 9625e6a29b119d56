"""The variational autoencoder with a learned variance."""

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

import torch
from msgspec import Meta
from torch import Tensor, nn
from torch.optim import Adam

from models.data import ImageShape
from models.families.base import Batch, LearningRate, SteppedFamily, SteppedSettings
from models.families.blocks import Condition, ConvEncoder, ConvGenerator

WARM_UP_STEPS = 500
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


class VaeSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `Vae`."""

    learning_rate: LearningRate = 1e-3
    batch: Batch = 32
    latent_size: LatentSize = 64


class Vae(SteppedFamily):
    """Convolutional VAE (Kingma & Welling 2014), the class embedded on both sides (CVAE, Sohn et al. 2015).

    The variance of a pixel is the best one for each batch, in closed form (sigma-VAE, Rybkin et al. 2021), so that
    no weight between the two losses has to be guessed. Losses are nats for each pixel value.
    """

    name = "vae"
    title = "VAE"
    summary = "Boils each image down to a few numbers and redraws it: steady and quick to learn, soft in detail."
    paper = "Rybkin et al. 2021, “Simple and effective VAE training with calibrated decoders”"
    kind = "autoencoder"
    Settings = VaeSettings
    loss_titles: ClassVar[dict[str, str]] = {"reconstruction": "Redrawing error", "kl": "Information kept"}

    settings: VaeSettings

    def __init__(self, settings: VaeSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.networks = {
            "encoder": Encoder(settings.latent_size, shape, classes, self.width),
            "decoder": ConvGenerator(settings.latent_size, shape, classes, self.width),
        }
        parameters = [parameter for network in self.networks.values() for parameter in network.parameters()]
        self.optimizers = {"both": Adam(parameters, lr=settings.learning_rate, fused=True)}

    @classmethod
    def trouble(cls, losses: Mapping[str, float]) -> str | None:
        return ALL_ALIKE if losses.get("kl", 1.0) < COLLAPSED else None

    @property
    def latent_size(self) -> int:
        return self.settings.latent_size

    @property
    def generator(self) -> nn.Module:
        return self.networks["decoder"]

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        for network in self.networks.values():
            network.train()
        mean, log_variance = self.networks["encoder"](images, labels)
        noise = torch.randn(mean.shape, generator=random).to(mean.device)
        redrawn = self.generator(mean + noise * torch.exp(0.5 * log_variance), labels)

        reconstruction = gaussian_cost(images, redrawn)
        kl = divergence(mean, log_variance) / images[0].numel()
        loss = reconstruction + min(1.0, number / WARM_UP_STEPS) * kl
        self.optimizers["both"].zero_grad()
        loss.backward()
        self.optimizers["both"].step()
        return {"reconstruction": reconstruction.detach(), "kl": kl.detach()}


class Encoder(nn.Module):
    """Images and labels -> mean and logarithm of the variance of their latents, each (B, latent_size)."""

    def __init__(self, latent_size: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.convolutions = ConvEncoder(shape, width)
        self.condition = Condition(classes)
        features = self.convolutions.features * self.convolutions.height * self.convolutions.width
        self.head = nn.Linear(features + self.condition.size, 2 * latent_size)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        features = torch.flatten(self.convolutions(images), 1)
        mean, log_variance = self.head(self.condition(features, labels)).chunk(2, 1)
        return mean, log_variance


def gaussian_cost(images: Tensor, redrawn: Tensor) -> Tensor:
    """Negative log-likelihood of a pixel value, nats, under a Gaussian of the best variance (Rybkin et al. 2021)."""
    variance = (images - redrawn).square().mean().clamp_min(SMALLEST_VARIANCE)
    return 0.5 * (variance.log() + 1 + math.log(2 * math.pi))


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, 1)) in nats an image, mean over the batch (Kingma & Welling 2014, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum(1).mean()
