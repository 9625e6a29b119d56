"""Refined: Instant lays an image out, a network draws the fine detail, and another learns to lay out better."""

import math
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
from models.flow_matching import Velocity, carry, flow_loss, normal_like
from models.state import State, load_network, part, prefixed

COARSE = 4
"""Pixels along each side of an image that are one of its layout."""
LAYOUTS_FROM, LAYOUTS_READY = 2_000, 4_500
"""Steps after which layouts are learned too, and after which they are better than Instant's. Before, on ELPV, detail
gains more from the time: 1,770 steps of both score KID 364 with learned layouts and 353 with Instant's, 2,000 of detail
alone 324; 4,000 steps of layouts bring the KID from 336 to 286."""
SUGGESTED = 0.3
"""How far on the way from noise to a layout Instant's stands, from which the network goes on."""
SHARP = 4
"""One in so many images of a batch teaches detail, which is dear, and much alike all over an image."""
BLUR = 0.02
"""Noise on the layouts that detail is learned for, so that small faults of theirs are forgiven."""
LAYOUT_STEPS, DETAIL_STEPS = 8, 4
"""More steps of detail take longer and score no better: on ELPV KID 291, 304 and 319 with 4, 6 and 8."""
LEAST_LAYOUT_WIDTH = 48
LARGEST_GRADIENT = 1.0
SMALLEST_SPREAD = 1e-3


class RefinedSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `Refined`."""

    learning_rate: LearningRate = 2e-3
    batch: Batch = 64


class Refined(SteppedFamily):
    """The coarse half of an image begins as Instant's, the fine half is drawn on it by flow matching.

    An image is its layout (means over 4 x 4 pixels, enlarged again) plus its detail. A U-Net learns the velocity that
    carries noise to the detail of real images, given their layout and class. A mixture of factor analyzers gets
    layouts nearly right within seconds and never gets detail right; for a network that is told the layout, detail is a
    local matter that a few thousand steps teach. In longer runs a second network learns layouts, and goes on from
    Instant's, noise added, as SDEdit does from a sketch (Meng et al. 2022).
    """

    name = "refined"
    title = "Refined"
    summary = "Instant lays out each image, and networks refine it and draw the detail: minutes, for aligned images."
    paper = "Lipman et al. 2023, “Flow matching for generative modeling”"
    Settings = RefinedSettings
    widths: ClassVar[tuple[int, ...]] = (16, 24, 32)
    """Steps do more than width: on ELPV 2,250 steps of width 80 score KID 411, 2,000 of width 24 score 324."""
    default_width = 24
    enough_steps: ClassVar[int] = 1_500
    steady_steps: ClassVar[int] = 500
    loss_titles: ClassVar[dict[str, str]] = {"detail": "Error in the detail", "layout": "Error in the layout"}
    losses_note: ClassVar[str] = "the lower, the better"

    def __init__(self, settings: SteppedSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        check_sides(shape)
        self.instant = Instant(InstantSettings(), shape, classes)
        self.painter = Painter(shape, classes, self.width)
        self.networks = {"painter": self.painter}
        self.optimizers = {"painter": AdamW(self.painter.parameters(), settings.learning_rate, fused=True)}

    @property
    def generator(self) -> nn.Module:
        return self.painter

    @property
    def latent_size(self) -> int:
        return sum(self._latent_sizes)

    @property
    def _latent_sizes(self) -> list[int]:
        """What Instant needs, the noise that a layout begins with, and the noise that detail begins with."""
        return [self.instant.latent_size, math.prod(self.painter.layout_sides), math.prod(self.painter.sides)]

    def initialize(self, random: torch.Generator) -> None:
        super().initialize(random)
        for network in self.painter.networks:
            network.initialize(random)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Fit Instant, and measure how layouts and detail vary. Yields `Progress`."""
        yield from self.instant.fit(data, seed)
        self.painter.measure(to_unit(data.images[:: max(1, len(data) // 1000)]))

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        self.painter.train().steps.fill_(number)
        few = max(1, len(images) // SHARP)
        losses = {"detail": self._detail_loss(images[:few], labels[:few], random)}
        if number > LAYOUTS_FROM:
            losses["layout"] = self._layout_loss(images, labels, random)
        self.optimizers["painter"].zero_grad()
        torch.stack([*losses.values()]).sum().backward()
        for network in self.painter.networks:
            nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
        self.optimizers["painter"].step()
        return {name: loss.detach() for name, loss in losses.items()}

    def _detail_loss(self, images: Tensor, labels: Tensor, random: torch.Generator) -> Tensor:
        layouts = enlarged(layout_of(images))
        detail = (images - layouts) / self.painter.strength
        blurred = layouts + BLUR * normal_like(layouts, random)
        return flow_loss(self.painter.detail_velocity(blurred, labels), detail, random)

    def _layout_loss(self, images: Tensor, labels: Tensor, random: torch.Generator) -> Tensor:
        layouts = self.painter.normalized(layout_of(images))
        return flow_loss(self.painter.layout_velocity(labels), layouts, random)

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        painter = self.painter.eval()
        device = painter.strength.device
        suggestion, rough, fine = latents.split(self._latent_sizes, 1)
        layouts = layout_of(self.instant.sample(suggestion, labels)).to(device)
        labels = labels.to(device)
        if painter.steps > LAYOUTS_READY:
            noise = rough.to(device).reshape(-1, *painter.layout_sides)
            begun = torch.lerp(noise, painter.normalized(layouts), SUGGESTED)
            layouts = painter.denormalized(carry(painter.layout_velocity(labels), begun, LAYOUT_STEPS, SUGGESTED))
        layouts = enlarged(layouts)
        noise = fine.to(device).reshape(-1, *painter.sides)
        detail = carry(painter.detail_velocity(layouts, labels), noise, DETAIL_STEPS)
        return (layouts + detail * painter.strength).clamp(-1, 1)

    def sampling_state(self) -> State:
        return super().sampling_state() | prefixed("instant", self.instant.state())

    def load_sampling_state(self, state: State) -> None:
        self.instant.load_state(part("instant", state))
        load_network(self.painter, {key: value for key, value in state.items() if not key.startswith("instant.")})


class Painter(nn.Module):
    """Two networks, one for layouts and one for detail, and what they are measured by.

    mean: (C, H / 4, W / 4), of layouts in [-1, 1]; spread: (), their standard deviation around it. strength: (), the
    standard deviation of detail. steps: (), int64, how many it has learned for.
    """

    mean: Tensor
    spread: Tensor
    strength: Tensor
    steps: Tensor

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        channels = shape.channels
        self.sides = channels, shape.height, shape.width
        self.layout_sides = channels, shape.height // COARSE, shape.width // COARSE
        self.layout = UNet(channels, channels, classes, max(width, LEAST_LAYOUT_WIDTH))
        self.detail = UNet(2 * channels, channels, classes, width)
        self.register_buffer("mean", torch.zeros(self.layout_sides))
        self.register_buffer("spread", torch.ones(()))
        self.register_buffer("strength", torch.ones(()))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @property
    def networks(self) -> tuple[UNet, UNet]:
        return self.layout, self.detail

    def measure(self, images: Tensor) -> None:
        """Take the measure of images (n, C, H, W) in [-1, 1]."""
        layouts = layout_of(images)
        self.mean.copy_(layouts.mean(0))
        self.spread.fill_((layouts - self.mean).std().clamp_min(SMALLEST_SPREAD))
        self.strength.fill_((images - enlarged(layouts)).std().clamp_min(SMALLEST_SPREAD))

    def normalized(self, layouts: Tensor) -> Tensor:
        return (layouts - self.mean) / self.spread

    def denormalized(self, layouts: Tensor) -> Tensor:
        return layouts * self.spread + self.mean

    def layout_velocity(self, labels: Tensor) -> Velocity:
        """Of layouts, normalized."""
        return lambda layouts, times: self.layout(layouts, times, labels)

    def detail_velocity(self, layouts: Tensor, labels: Tensor) -> Velocity:
        """Of detail in units of `strength`, on layouts as large as it (B, C, H, W) in [-1, 1]."""
        return lambda detail, times: self.detail(torch.cat((detail, layouts), 1), times, labels)


def layout_of(images: Tensor) -> Tensor:
    """Means over 4 x 4 pixels: (B, C, H, W) -> (B, C, H / 4, W / 4)."""
    return functional.avg_pool2d(images, COARSE)


def enlarged(layouts: Tensor) -> Tensor:
    """As large as the images again (bicubic), a little beyond [-1, 1] at edges."""
    return functional.interpolate(layouts, scale_factor=COARSE, mode="bicubic", align_corners=False)
