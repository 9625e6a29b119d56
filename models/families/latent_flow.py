"""Flow matching on what an autoencoder makes of images."""

import math
from typing import Annotated, ClassVar

import torch
from msgspec import Meta
from torch import Tensor, nn
from torch.optim import AdamW

from models.data import ImageSet, ImageShape
from models.events import Task
from models.families.base import Batch, LearningRate, SteppedSettings
from models.families.encoding_family import EncodingFamily
from models.families.grid_codec import GridCodec
from models.families.unet import UNet
from models.families.vae import gaussian_cost
from models.flow_matching import Velocity, carry, flow_loss, normal_like
from models.latent_density import NUMBERS

MOMENTS = 4
"""At how many moments the codes of each image teach the flow, which is cheap beside drawing images."""
NOISE = 0.1
"""On the codes, which have variance 1, while the decoder learns, so that it forgives the flow small faults."""
SUGGESTED = 0.3
"""How far on the way from noise to codes those that the density draws stand, from which the flow goes on at last."""
UNPRACTICED, PRACTICED = 3_000, 10_000
"""Steps up to which a flow changes nothing, and from which on all that it shall, for one of little practice does harm:
after 330 steps on ELPV the FD is 492 with what the density draws, 666 where the flow goes on from 0.9, 860 from 0.7."""
SAMPLING_STEPS = 8
FLOW_WIDTH = 2
"""Times the width of the autoencoder."""
LARGEST_GRADIENT = 1.0

Channels = Annotated[
    int,
    Meta(
        title="Numbers a place",
        description="By how many numbers each place of an image is told. More keeps finer detail, but what goes "
        "together takes longer to learn.",
        ge=1,
        le=64,
    ),
]


class LatentFlowSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `LatentFlow`."""

    learning_rate: LearningRate = 2e-3
    batch: Batch = 32
    channels: Channels = 8


class LatentFlow(EncodingFamily):
    """An autoencoder tells images by a grid of few numbers, and a flow learns grids (latent diffusion).

    Both learn at each step; the flow's error does not reach the autoencoder. In place of a divergence, codes are kept
    at mean 0 and variance 1 by batch normalization, and noise is added to them for the decoder, as in the regularized
    autoencoders of Ghosh et al. 2020. A sample goes on from what a density fitted to the codes suggests, noise added,
    as SDEdit does from a sketch (Meng et al. 2022), the further the more the flow has practiced.
    """

    kind = "diffusion"
    name = "latent_flow"
    title = "Latent flow"
    summary = "Tells images by few numbers, varies these as Instant does, and in long runs learns what goes together."
    paper = "Rombach et al. 2022, “High-resolution image synthesis with latent diffusion models”"
    Settings = LatentFlowSettings
    default_width = 24
    enough_steps: ClassVar[int] = 1_500
    steady_steps: ClassVar[int] = 500
    loss_titles: ClassVar[dict[str, str]] = {"reconstruction": "Redrawing error", "flow": "Error of the flow"}
    losses_note: ClassVar[str] = "the lower, the better"

    settings: LatentFlowSettings

    def __init__(self, settings: LatentFlowSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.network = CodecAndFlow(settings.channels, shape, classes, self.width)
        self.networks = {"network": self.network}
        self.optimizers = {"both": AdamW(self.network.parameters(), settings.learning_rate, fused=True)}

    @property
    def generator(self) -> nn.Module:
        return self.network

    @property
    def latent_size(self) -> int:
        return NUMBERS + math.prod(self.network.codec.sides)

    def initialize(self, random: torch.Generator) -> None:
        super().initialize(random)
        self.network.codec.initialize(random)
        self.network.flow.initialize(random)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Begin as the principal components of patches."""
        self.network.codec.measure(data.images)
        yield from ()

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        network = self.network.train()
        network.steps.add_(1)
        codes = network.codec.encode(images)
        redrawn = network.codec.decode(codes + NOISE * normal_like(codes, random))
        many = network.to_points(codes.detach()).repeat(MOMENTS, 1, 1, 1)
        losses = {
            "reconstruction": gaussian_cost(images, redrawn),
            "flow": flow_loss(network.velocity(labels.repeat(MOMENTS)), many, random),
        }
        self.optimizers["both"].zero_grad()
        torch.stack([*losses.values()]).sum().backward()
        for learner in (network.codec, network.flow):
            nn.utils.clip_grad_norm_(learner.parameters(), LARGEST_GRADIENT)
        self.optimizers["both"].step()
        return {name: loss.detach() for name, loss in losses.items()}

    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Points as the flow knows them, each told as exactly as the others."""
        points = self.network.to_points(self.network.codec.encode(images)).flatten(1)
        return points, torch.zeros_like(points)

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        network = self.network.eval()
        begun = latents[:, NUMBERS:].reshape(-1, *network.codec.sides)
        if self.density:
            suggested = self.density.draw(latents[:, :NUMBERS], labels)
            begun = torch.lerp(begun, suggested.view_as(begun), network.start)
        start = network.start if self.density else 0.0
        points = carry(network.velocity(labels.to(self.device)), begun.to(self.device), SAMPLING_STEPS, start)
        return network.codec.decode(network.to_codes(points)).clamp(-1, 1)


class CodecAndFlow(nn.Module):
    """The autoencoder, and the flow of its codes. steps: (), int64, how many they have learned for."""

    steps: Tensor

    def __init__(self, channels: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.codec = GridCodec(shape, channels, width)
        self.flow = UNet(channels, channels, classes, FLOW_WIDTH * width)
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @property
    def start(self) -> float:
        """The moment in 0..1 from which the flow goes on from a suggestion."""
        practice = (int(self.steps) - UNPRACTICED) / (PRACTICED - UNPRACTICED)
        return 1 - (1 - SUGGESTED) * min(1.0, max(0.0, practice))

    @property
    def weights(self) -> Tensor:
        """What each channel is multiplied by for the flow: as much as it changes an image, the mean square being 1."""
        lengths = self.codec.lengths
        return (lengths / lengths.square().mean().sqrt())[:, None, None]

    def to_points(self, codes: Tensor) -> Tensor:
        return codes * self.weights

    def to_codes(self, points: Tensor) -> Tensor:
        return points / self.weights

    def velocity(self, labels: Tensor) -> Velocity:
        return lambda points, times: self.flow(points, times, labels)
