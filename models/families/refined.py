"""Refined: Instant sketches a thumbnail, and networks enlarge it step by step, drawing what it lacks."""

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
from models.muon import Muon
from models.state import State, load_network, part, prefixed

SMALLEST_SIDE = 4
"""Pixels along the shorter side of a thumbnail, or up to twice as many. When they are this small, Instant's are nearly
as good as unseen real ones: on ELPV after 960 s KID 205 and 190; from 8 px 221 and 156, from 16 px 276."""
PIXELS = 2**14
"""A step learns from so many pixels of each size at most: detail is dear, and much alike all over an image."""
FINE_SIDE = 32
"""Larger images are enlarged by networks of half the width, for what they add is local."""
BLUR = 0.02
"""Noise on the images that enlarging is learned for, so that small faults of theirs are forgiven (Ho et al. 2022)."""
COARSE_STEPS, FINE_STEPS = 6, 4
"""Of drawing, by young networks. More take longer and score no better: on ELPV after 1,400 steps of learning FD 169 and
178 with 4 and 8 steps of detail, 180 with 10 of everything."""
PRACTICED_STEPS = 10
"""Of drawing, by practiced networks. On ELPV after 2,800 steps of learning KID 199, with those of young networks 235;
after 5,600 162 and 231; after 8,900 147 and 223, with 16 steps 179."""
LONG_PRACTICE = 2_500
"""Steps of learning that make a network practiced."""
MOMENTS = 0.9, 0.99
"""Shares of what the optimizer remembers that it keeps at a step; the usual .999 is long for a thousand steps."""
LARGEST_GRADIENT = 1.0
SMALLEST_SPREAD = 1e-3


class RefinedSettings(SteppedSettings, frozen=True, kw_only=True):
    """The settings of `Refined`."""

    learning_rate: LearningRate = 2e-3
    batch: Batch = 64


class Refined(SteppedFamily):
    """A cascade of flow matching models (Ho et al. 2022, Lipman et al. 2023) that begins with a thumbnail by Instant.

    Each network doubles the sides of an image: it learns the velocity that carries noise to what real images of a class
    have beyond the same images at half the size. What is large in an image is few pixels there, and a mixture of factor
    analyzers gets a thumbnail right within seconds; all that is added to it is a local matter, which a few thousand
    steps of small networks teach.
    """

    name = "refined"
    title = "Refined"
    summary = "Instant sketches each image as a thumbnail, and networks enlarge it and draw the detail: minutes."
    paper = "Ho et al. 2022, “Cascaded diffusion models for high fidelity image generation”"
    Settings = RefinedSettings
    widths: ClassVar[tuple[int, ...]] = (16, 24, 32, 48)
    default_width = 32
    enough_steps: ClassVar[int] = 1_500
    steady_steps: ClassVar[int] = 500
    loss_titles: ClassVar[dict[str, str]] = {"detail": "Error in the detail", "layout": "Error in the layout"}
    losses_note: ClassVar[str] = "the lower, the better"

    def __init__(self, settings: SteppedSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        check_sides(shape)
        self.instant = Instant(InstantSettings(), shape, classes)
        self.cascade = Cascade(shape, classes, self.width)
        self.networks = {"cascade": self.cascade}
        hidden, others = self.cascade.parted_parameters()
        self.optimizers = {
            "hidden": Muon(hidden, settings.learning_rate),
            "others": AdamW(others, settings.learning_rate, MOMENTS, fused=True),
        }

    @property
    def generator(self) -> nn.Module:
        return self.cascade

    @property
    def latent_size(self) -> int:
        return sum(self._latent_sizes)

    @property
    def _latent_sizes(self) -> list[int]:
        """What Instant needs, and the noise that each network begins with."""
        return [self.instant.latent_size, *(enlarger.values for enlarger in self.cascade.stages)]

    def initialize(self, random: torch.Generator) -> None:
        super().initialize(random)
        for enlarger in self.cascade.stages:
            enlarger.network.initialize(random)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Fit Instant, and measure how strong the detail of each size is. Yields `Progress`."""
        yield from self.instant.fit(data, seed)
        self.cascade.measure(to_unit(data.images[:: max(1, len(data) // 1000)]))

    def step(self, images: Tensor, labels: Tensor, number: int, random: torch.Generator) -> dict[str, Tensor]:
        losses: list[Tensor] = []
        for enlarger in reversed(self.cascade.train().stages):
            losses.append(enlarger.loss(images[: enlarger.batch], labels[: enlarger.batch], random))
            images = halved(images)
        self.cascade.zero_grad()
        torch.stack(losses).sum().backward()
        for enlarger in self.cascade.stages:
            nn.utils.clip_grad_norm_(enlarger.parameters(), LARGEST_GRADIENT)
            enlarger.practice += 1
        for optimizer in self.optimizers.values():
            optimizer.step()
        return {"detail": losses[0].detach(), "layout": losses[-1].detach()}

    @torch.no_grad()
    def sample(self, latents: Tensor, labels: Tensor) -> Tensor:
        suggestion, *noises = latents.split(self._latent_sizes, 1)
        images = self.instant.sample(suggestion, labels)
        for _ in noises:
            images = halved(images)
        images, labels = images.to(self.cascade.device), labels.to(self.cascade.device)
        for enlarger, noise in zip(self.cascade.eval().stages, noises, strict=True):
            images = enlarger.enlarge(images, labels, noise.to(images.device))
        return images.clamp(-1, 1)

    def sampling_state(self) -> State:
        return super().sampling_state() | prefixed("instant", self.instant.state())

    def load_sampling_state(self, state: State) -> None:
        self.instant.load_state(part("instant", state))
        load_network(self.cascade, {key: value for key, value in state.items() if not key.startswith("instant.")})


class Cascade(nn.Module):
    """Networks that enlarge images one after another, from thumbnails of 4 to 7 px to those of `shape`."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.enlargers = nn.ModuleList(Enlarger(size, classes, width) for size in enlarged_shapes(shape))

    @property
    def stages(self) -> "list[Enlarger]":
        return [enlarger for enlarger in self.enlargers if isinstance(enlarger, Enlarger)]

    def parted_parameters(self) -> tuple[list[Tensor], list[Tensor]]:
        """The weights of hidden convolutions, and all else that is learned."""
        hidden = [weight for enlarger in self.stages for weight in enlarger.network.hidden_weights()]
        known = set(map(id, hidden))
        return hidden, [parameter for parameter in self.parameters() if id(parameter) not in known]

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    def measure(self, images: Tensor) -> None:
        """Take the measure of images (n, C, H, W) in [-1, 1]."""
        for enlarger in reversed(self.stages):
            enlarger.measure(images)
            images = halved(images)


class Enlarger(nn.Module):
    """Doubles the sides of images: draws what those of `shape` have beyond the same images at half the size.

    strength: (), the standard deviation of that. practice: (), the steps of learning so far. batch: how many images a
    step learns from at most.
    """

    strength: Tensor
    practice: Tensor

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        self.sides = shape.channels, shape.height, shape.width
        self.values = shape.channels * shape.height * shape.width
        self.batch = max(1, PIXELS // (shape.height * shape.width))
        is_fine = min(shape.height, shape.width) > FINE_SIDE
        self.young_steps = FINE_STEPS if min(shape.height, shape.width) >= FINE_SIDE else COARSE_STEPS
        self.network = UNet(2 * shape.channels, shape.channels, classes, width // 2 if is_fine else width)
        self.register_buffer("strength", torch.ones(()))
        self.register_buffer("practice", torch.zeros((), dtype=torch.int64))

    @property
    def steps(self) -> int:
        """In which it draws."""
        return PRACTICED_STEPS if int(self.practice) >= LONG_PRACTICE else self.young_steps

    def measure(self, images: Tensor) -> None:
        self.strength.fill_((images - doubled(halved(images))).std().clamp_min(SMALLEST_SPREAD))

    def loss(self, images: Tensor, labels: Tensor, random: torch.Generator) -> Tensor:
        """How wrong the velocity is for images (B, C, H, W) in [-1, 1]."""
        soft = doubled(halved(images))
        detail = (images - soft) / self.strength
        return flow_loss(self._velocity(soft + BLUR * normal_like(soft, random), labels), detail, random)

    def enlarge(self, images: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        """Images (B, C, H / 2, W / 2) -> (B, C, H, W), a little beyond [-1, 1] at edges; noise: (B, `values`)."""
        soft = doubled(images)
        return soft + self.strength * carry(self._velocity(soft, labels), noise.reshape(-1, *self.sides), self.steps)

    def _velocity(self, soft: Tensor, labels: Tensor) -> Velocity:
        """Of detail in units of `strength`, on `soft` images of its size."""
        return lambda detail, times: self.network(torch.cat((detail, soft), 1), times, labels)


def enlarged_shapes(shape: ImageShape) -> list[ImageShape]:
    """What thumbnails grow to, from the smallest to `shape`: twice the sides each time."""
    found: list[ImageShape] = []
    height, width = shape.height, shape.width
    while height % 2 == 0 and width % 2 == 0 and min(height, width) >= 2 * SMALLEST_SIDE:
        found.append(ImageShape(shape.channels, height, width))
        height, width = height // 2, width // 2
    return found[::-1]


def halved(images: Tensor) -> Tensor:
    """Means over 2 x 2 pixels: (B, C, H, W) -> (B, C, H / 2, W / 2)."""
    return functional.avg_pool2d(images, 2)


def doubled(images: Tensor) -> Tensor:
    """As large again (bicubic): (B, C, H, W) -> (B, C, 2 H, 2 W)."""
    return functional.interpolate(images, scale_factor=2, mode="bicubic", align_corners=False)
