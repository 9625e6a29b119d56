"""R3GAN, made small: two residual networks without normalization, and a loss that compares in pairs."""

import math
from itertools import pairwise
from typing import Annotated, ClassVar, cast

import torch
from msgspec import Meta
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, softplus

from models.data import ImageSet, ImageShape, to_unit
from models.events import Task
from models.families.adversarial import WATCHED, AdversarialFamily, AdversarialSettings, Labeled
from models.families.base import Batch, LearningRate
from models.families.blocks import Condition, Projection, stages
from models.spread import Spread

SLOPE = 0.2
PENALIZED = 4  # of so many images one: gradients of gradients are dear
PENALTY_FROM_DATA = 1e-3
"""Times the images' total variance: the weight then costs the same for a score that changes by 1 between two images,
whatever their size and contrast. Huang et al. 2024 use 0.0001 to 0.003 times it, more for larger images."""
STEADY_WIDTH = 24
"""The widest networks that learn as fast as is set. In wider ones a step of Adam changes what comes out by more, as
more weights add up to it, so it is made smaller as they grow (Yang et al. 2022, “Tensor programs V”)."""
MEASURED = 1_000
"""Images that a mean image is measured of."""
NEARLY_BLACK = 0.98
"""The farthest from gray in [-1, 1] that the first images are, so that a step can still change them."""

Penalty = Annotated[
    float,
    Meta(
        title="Smoothness of the detective",
        description="How much is held against a detective that changes its mind over a few pixels. More is steadier but"
        " learns more slowly. 0: from the contrast and the size of the images.",
        ge=0,
        le=10_000,
    ),
]


class R3ganSettings(AdversarialSettings, frozen=True, kw_only=True):
    """The settings of `R3gan`."""

    learning_rate: LearningRate = 2e-3
    batch: Batch = 16
    penalty: Penalty = 0.0


class R3gan(AdversarialFamily):
    """Relativistic pairing loss (Jolicoeur-Martineau 2019) with zero-centered penalties on real and made images.

    The networks spend their time on the coarse maps: residual blocks begin at a quarter of the resolution.
    """

    name = "r3gan"
    title = "R3GAN"
    summary = "A forger and a detective that compares real and forged side by side: steady, and seldom all alike."
    paper = "Huang et al. 2024, “The GAN is dead; long live the GAN! A modern baseline GAN”"
    Settings = R3ganSettings
    enough_steps: ClassVar[int] = 2_000
    betas: ClassVar[tuple[float, float]] = (0.0, 0.99)
    loss_titles: ClassVar[dict[str, str]] = {
        "generator": "Forger",
        "discriminator": "Detective",
        "penalty": "Jumpiness of the detective",
        **WATCHED,
    }

    settings: R3ganSettings

    def __init__(self, settings: R3ganSettings, shape: ImageShape, classes: int) -> None:
        super().__init__(settings, shape, classes)
        self.spread = Spread()
        self.networks["spread"] = self.spread

    def build_generator(self) -> nn.Module:
        return Generator(self.latent_size, self.shape, self.classes, self.width)

    def build_discriminator(self) -> nn.Module:
        return Discriminator(self.shape, self.classes, self.width)

    @property
    def latent_size(self) -> int:
        return 64

    def initialize(self, random: torch.Generator) -> None:
        """Weights N(0, gain / inputs) (He et al. 2015); the last of each block 0 (Fixup, Zhang et al. 2019)."""
        super().initialize(random)
        modules = [*self.generator.modules(), *self.discriminator.modules()]
        for module in modules:
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                deviation = (2 / (1 + SLOPE**2) / _inputs(module)) ** 0.5
                nn.init.normal_(module.weight, 0.0, deviation, generator=random)
        for module in modules:
            if isinstance(module, Block):
                nn.init.zeros_(module.leave.weight)
        smooth_(self.generator)

    def prepare(self, data: ImageSet, seed: int) -> Task[None]:
        """Measure how much the images differ, and begin with their mean."""
        yield from ()
        self.spread.measure(data.images)
        cast(Generator, self.generator).begin_with_mean(data.images)

    def set_rates(self, number: int, caution: float = 1.0) -> None:
        super().set_rates(number, caution * min(1.0, STEADY_WIDTH / self.width))

    def discriminator_losses(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        images, labels = torch.cat((real.images, fake.images)), torch.cat((real.labels, fake.labels))
        loss = pairing_loss(*self.scores(images, labels).chunk(2))
        some = images[::PENALIZED].detach().requires_grad_()
        penalty = 2 * squared_slope(self.scores(some, labels[::PENALIZED]), some)
        weight = self.settings.penalty or PENALTY_FROM_DATA * self.spread.variance
        return {"discriminator": loss, "penalty": weight / 2 * penalty}

    def generator_losses(self, fake: Labeled, real: Labeled) -> dict[str, Tensor]:
        with torch.no_grad():
            real_scores = self.scores(*real)
        return {"generator": pairing_loss(self.scores(*fake), real_scores)}


def pairing_loss(better: Tensor, worse: Tensor) -> Tensor:
    """The cost of scores (B,) that should be above others: log 2 where they are equal, 0 where they are far above."""
    return softplus(worse - better).mean()


def squared_slope(scores: Tensor, images: Tensor) -> Tensor:
    """The squared norm of the gradient of each score by its image, mean over the batch (Mescheder et al. 2018)."""
    (gradients,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return gradients.square().sum((1, 2, 3)).mean()


@torch.no_grad()
def smooth_(network: nn.Module) -> None:
    """Make fresh transposed convolutions (4 x 4, stride 2) of a network enlarge maps bilinearly.

    Else their four phases differ at random, and images begin as a checkerboard that takes long to unlearn (Odena et al.
    2016, “Deconvolution and checkerboard artifacts”).
    """
    line = torch.tensor([0.25, 0.75, 0.75, 0.25])
    for module in network.modules():
        if isinstance(module, nn.ConvTranspose2d):
            module.weight.copy_(2 * module.weight[:, :, :1, :1] * torch.outer(line, line))


def _inputs(convolution: nn.Conv2d | nn.ConvTranspose2d) -> float:
    """How many values each value that comes out is made from."""
    inputs = convolution.in_channels * convolution.weight[0, 0].numel()
    return inputs / math.prod(convolution.stride) if isinstance(convolution, nn.ConvTranspose2d) else inputs


class Block(nn.Module):
    """What is added to maps: mixed with their neighbors, then point by point (He et al. 2016).

    Convolutions within groups of channels, as in the paper, take longer on a CPU than these and do less.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(channels, channels, 3, 1, 1)
        self.leave = nn.Conv2d(channels, channels, 1, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.leave(leaky_relu(self.mix(leaky_relu(maps, SLOPE)), SLOPE))


class Generator(nn.Module):
    """Latents and labels -> images, doubling in size from block to block; the last two doublings have no block.

    Layers draw what differs from a mean image. Without it, nothing being normalized, the first steps make images of
    mostly black sets all black, beyond what gradients can reach: the detective sees nothing but their brightness.

    start: (C, H, W), before tanh makes the mean image of it; 0 until measured.
    """

    start: Tensor

    def __init__(self, latent_size: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        (self.height, self.width), channels = stages(shape, width)
        self.condition = Condition(classes)
        self.project = nn.Linear(latent_size + self.condition.size, channels[0] * self.height * self.width)
        layers: list[nn.Module] = []
        for coarse, fine in pairwise(channels):
            layers += [Block(coarse), nn.LeakyReLU(SLOPE), nn.ConvTranspose2d(coarse, fine, 4, 2, 1)]
        layers += [nn.LeakyReLU(SLOPE), nn.ConvTranspose2d(channels[-1], shape.channels, 4, 2, 1)]
        self.layers = nn.Sequential(*layers)
        self.register_buffer("start", torch.zeros(shape.channels, shape.height, shape.width))

    def begin_with_mean(self, images: Tensor) -> None:
        """Of uint8 (N, C, H, W)."""
        mean = to_unit(images[:: max(1, len(images) // MEASURED)]).mean(0)
        self.start.copy_(mean.clamp(-NEARLY_BLACK, NEARLY_BLACK).atanh())

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        coarse = self.project(self.condition(latents, labels))
        return torch.tanh(self.start + self.layers(coarse.unflatten(1, (-1, self.height, self.width))))


class Discriminator(nn.Module):
    """Images and labels -> scores (B,); mirrors `Generator`."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        (height, across), channels = stages(shape, width)
        channels = channels[::-1]
        layers: list[nn.Module] = [nn.Conv2d(shape.channels, channels[0], 4, 2, 1), nn.LeakyReLU(SLOPE)]
        for fine, coarse in pairwise(channels):
            layers += [nn.Conv2d(fine, coarse, 4, 2, 1), Block(coarse), nn.LeakyReLU(SLOPE)]
        self.layers = nn.Sequential(*layers)
        self.score = nn.Linear(channels[-1] * height * across, 1)
        self.agreement = Projection(classes, channels[-1])

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        maps = self.layers(images)
        return self.score(maps.flatten(1)).squeeze(1) + self.agreement(maps.mean((2, 3)), labels)
