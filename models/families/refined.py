"""Refined: Instant lays the image out, and a network draws the fine detail that fits."""

import math
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW

from models.data import ImageSet, ImageShape, to_unit
from models.events import Task
from models.families.base import Batch, LearningRate, SteppedFamily, SteppedSettings
from models.families.blocks import check_sides
from models.families.instant import Instant, InstantSettings
from models.families.unet import UNet
from models.state import State, load_network, part, prefixed

COARSE = 4
"""Pixels along each side that the layout tells apart from their surroundings only together."""
BLUR = 0.02
"""Noise on the layouts that are learned from, so that small faults of Instant's are forgiven."""
SAMPLING_STEPS = 4
"""More take longer and score no better: on ELPV KID 291, 304 and 319 with 4, 6 and 8."""
LARGEST_GRADIENT = 1.0


class RefinedSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `Refined`."""

    learning_rate: LearningRate = 2e-3
    batch: Batch = 16


class Refined(SteppedFamily):
    """The coarse half of an image from Instant, the fine half by flow matching on it (Lipman et al. 2023).

    An image is its layout (means over 4 x 4 pixels, enlarged again) plus its detail. A U-Net learns the velocity that
    carries noise to the detail of real images, given their layout and class; a sample's layout comes from Instant.
    A mixture of factor analyzers gets layouts right within seconds and never gets detail right; for a network that is
    told the layout, detail is a local matter that a few thousand steps teach.
    """

    name = "refined"
    title = "Refined"
    summary = "Instant lays out each image, and a network draws the fine detail on it: minutes, for aligned images."
    paper = "Lipman et al. 2023, “Flow matching for generative modeling”"
    Settings = RefinedSettings
    widths: ClassVar[tuple[int, ...]] = (16, 24, 32, 48, 64)
    default_width = 24
    enough_steps: ClassVar[int] = 1_500
    steady_steps: ClassVar[int] = 500
    loss_titles: ClassVar[dict[str, str]] = {"detail": "Error in the detail"}
    losses_note: ClassVar[str] = "the lower, the better"

    def __init__(self, settings: SteppedSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        check_sides(shape)
        self.layouts = Instant(InstantSettings(), shape, classes)
        self.detail = DetailNetwork(shape.channels, classes, self.width)
        self.networks = {"detail": self.detail}
        self.optimizers = {"detail": AdamW(self.detail.parameters(), settings.learning_rate, fused=True)}

    @property
    def generator(self) -> nn.Module:
        return self.detail

    @property
    def latent_size(self) -> int:
        return self.layouts.latent_size + math.prod(self._sides)

    @property
    def _sides(self) -> tuple[int, int, int]:
        return self.shape.channels, self.shape.height, self.shape.width

    def initialize(self, random: torch.Generator) -> None:
        """Convolutions N(0, 1 / inputs) (LeCun et al. 1998); blocks pass on what they get (Goyal et al. 2017).

        The small weights that suit adversarial networks learn more slowly here.
        """
        super().initialize(random)
        for module in self.detail.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.normal_(module.weight, 0.0, module.weight[0].numel() ** -0.5, generator=random)
        for last in self.detail.last_layers():
            nn.init.zeros_(last.weight)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Fit Instant, and measure how strong detail is. Yields `Progress`."""
        yield from self.layouts.fit(data, seed)
        images = to_unit(data.images[:: max(1, len(data) // 1000)])
        self.detail.scale.fill_((images - layout(images)).std().clamp_min(1e-3))

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        coarse = layout(images)
        detail = (images - coarse) / self.detail.scale
        coarse = coarse + BLUR * _normal(coarse, random)
        noise = _normal(detail, random)
        # Most times from the middle of the way, where there is most to decide (Esser et al. 2024).
        time = torch.sigmoid(torch.randn(len(images), generator=random)).to(images.device)
        between = torch.lerp(noise, detail, time[:, None, None, None])
        velocity = self.detail.train()(torch.cat((between, coarse), 1), time, labels)
        loss = (velocity - (detail - noise)).square().mean()
        self.optimizers["detail"].zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.detail.parameters(), LARGEST_GRADIENT)
        self.optimizers["detail"].step()
        return {"detail": loss.detach()}

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        device = self.detail.scale.device
        first = self.layouts.latent_size
        coarse = layout(self.layouts.sample(latents[:, :first], labels)).to(device)
        detail = latents[:, first:].reshape(-1, *self._sides).to(device)
        labels = labels.to(device)
        times = torch.linspace(0, 1, SAMPLING_STEPS + 1).tolist()
        for start, end in pairwise(times):
            detail = self._carried(detail, coarse, labels, start, end)
        return (coarse + detail * self.detail.scale).clamp(-1, 1)

    def _carried(self, detail: Tensor, coarse: Tensor, labels: Tensor, start: float, end: float) -> Tensor:
        """One step of Heun's method along the velocity; the last one is Euler's."""
        velocity = self._velocity(detail, coarse, labels, start)
        ahead = detail + (end - start) * velocity
        if end == 1:
            return ahead
        return detail + (end - start) * (velocity + self._velocity(ahead, coarse, labels, end)) / 2

    def _velocity(self, detail: Tensor, coarse: Tensor, labels: Tensor, time: float) -> Tensor:
        times = torch.full((len(detail),), time, device=detail.device)
        return self.detail.eval()(torch.cat((detail, coarse), 1), times, labels)

    def sampling_state(self) -> State:
        return super().sampling_state() | prefixed("layouts", self.layouts.state())

    def load_sampling_state(self, state: State) -> None:
        self.layouts.load_state(part("layouts", state))
        load_network(self.generator, {key: value for key, value in state.items() if not key.startswith("layouts.")})


class DetailNetwork(UNet):
    """(detail and layout (B, 2C, H, W), times, labels) -> velocity (B, C, H, W) of detail in units of `scale`."""

    scale: Tensor
    """The standard deviation of detail in [-1, 1]."""

    def __init__(self, channels: int, classes: int, width: int) -> None:
        super().__init__(2 * channels, channels, classes, width)
        self.register_buffer("scale", torch.ones(()))


def layout(images: Tensor) -> Tensor:
    """Means over 4 x 4 pixels, enlarged again (bicubic): (B, C, H, W) in [-1, 1], a little beyond at edges."""
    means = functional.avg_pool2d(images, COARSE)
    return functional.interpolate(means, images.shape[2:], mode="bicubic", align_corners=False)


def _normal(like: Tensor, random: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=random).to(like.device)
