"""Flow matching on the pixels themselves."""

import math
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from models.data import ImageSet, ImageShape, to_unit
from models.events import Task
from models.families.base import Batch, LearningRate, SteppedFamily, SteppedSettings
from models.families.blocks import check_sides
from models.families.unet import UNet
from models.flow_matching import Velocity, carry, flow_loss

SAMPLING_STEPS = 12
LARGEST_GRADIENT = 1.0
SMALLEST_SPREAD = 1e-3


class PixelFlowSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `PixelFlow`."""

    learning_rate: LearningRate = 2e-3
    batch: Batch = 16


class PixelFlow(SteppedFamily):
    """A U-Net learns the velocity that carries noise to images of a class (Lipman et al. 2023)."""

    kind = "diffusion"
    name = "pixel_flow"
    title = "Flow"
    summary = "Turns noise into an image little by little: needs hours on a small machine, then draws everything well."
    paper = "Lipman et al. 2023, “Flow matching for generative modeling”"
    Settings = PixelFlowSettings
    default_width = 24
    enough_steps: ClassVar[int] = 1_500
    steady_steps: ClassVar[int] = 500
    loss_titles: ClassVar[dict[str, str]] = {"error": "Error"}
    losses_note: ClassVar[str] = "the lower, the better"

    def __init__(self, settings: SteppedSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        check_sides(shape)
        self.flow = ImageFlow(shape, classes, self.width)
        self.networks = {"flow": self.flow}
        self.optimizers = {"flow": AdamW(self.flow.parameters(), settings.learning_rate, fused=True)}

    @property
    def generator(self) -> nn.Module:
        return self.flow

    @property
    def latent_size(self) -> int:
        return math.prod(self._sides)

    @property
    def _sides(self) -> tuple[int, int, int]:
        return self.shape.channels, self.shape.height, self.shape.width

    def initialize(self, random: torch.Generator) -> None:
        super().initialize(random)
        self.flow.network.initialize(random)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Measure how images differ from their mean."""
        images = to_unit(data.images[:: max(1, len(data) // 1000)])
        self.flow.mean.copy_(images.mean(0))
        self.flow.spread.fill_((images - self.flow.mean).std().clamp_min(SMALLEST_SPREAD))
        yield from ()

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        flow = self.flow.train()
        points = (images - flow.mean) / flow.spread
        loss = flow_loss(flow.velocity(labels), points, random)
        self.optimizers["flow"].zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(flow.parameters(), LARGEST_GRADIENT)
        self.optimizers["flow"].step()
        return {"error": loss.detach()}

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        flow = self.flow.eval()
        labels = labels.to(flow.mean.device)
        noise = latents.to(flow.mean.device).reshape(-1, *self._sides)
        points = carry(flow.velocity(labels), noise, SAMPLING_STEPS)
        return (points * flow.spread + flow.mean).clamp(-1, 1)


class ImageFlow(nn.Module):
    """The network, and what images are measured by.

    mean: (C, H, W) of the images in [-1, 1]. spread: (), the standard deviation around it.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.network = UNet(shape.channels, shape.channels, classes, width)
        self.register_buffer("mean", torch.zeros(shape.channels, shape.height, shape.width))
        self.register_buffer("spread", torch.ones(()))

    def velocity(self, labels: Tensor) -> Velocity:
        """Of images, their mean subtracted, in units of `spread`."""
        return lambda points, times: self.network(points, times, labels)
