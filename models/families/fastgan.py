"""FastGAN, for large images and few of them."""

from itertools import pairwise
from typing import ClassVar, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, glu, leaky_relu, relu

from models.data import ImageShape
from models.families.adversarial import WATCHED, AdversarialFamily, AdversarialSettings, Labeled
from models.families.base import Batch, LearningRate
from models.families.blocks import Condition, Projection, stages

SKIPPED = 3  # doublings between the maps that excite and those that are excited
POOLED = 4  # side that maps are reduced to before they excite
PATCH = 4  # side of what one score looks at, in the coarsest maps
REDRAWN = 2  # doublings of a decoder
SLOPE = 0.2


class FastganSettings(AdversarialSettings, frozen=True, kw_only=True):
    """The settings of `Fastgan`."""

    learning_rate: LearningRate = 4e-4
    batch: Batch = 16


class Fastgan(AdversarialFamily):
    """Coarse maps switch channels of fine ones, and the discriminator must be able to redraw what it sees.

    Redrawing keeps its features rich where few images would let it look at one trifle only. The loss is the hinge
    (Lim & Ye 2017) of scores patch by patch.
    """

    name = "fastgan"
    title = "FastGAN"
    summary = "A forger, and a detective that must also redraw what it sees: for few images of 128 pixels or more."
    paper = "Liu et al. 2021, “Towards faster and stabilized GAN training for high-fidelity few-shot image synthesis”"
    Settings = FastganSettings
    widths: ClassVar[tuple[int, ...]] = (8, 12, 16, 24, 32, 48)
    default_width = 16
    loss_titles: ClassVar[dict[str, str]] = {
        "generator": "Forger",
        "discriminator": "Detective",
        "redrawing": "Redrawing error of the detective",
        **WATCHED,
    }

    def build_generator(self) -> nn.Module:
        return Generator(self.latent_size, self.shape, self.classes, self.width)

    def build_discriminator(self) -> nn.Module:
        return Discriminator(self.shape, self.classes, self.width)

    def scores(self, images: Tensor, labels: Tensor) -> Tensor:
        return self.discriminator(images, labels).scores.mean((1, 2))

    def discriminator_losses(self, real: Labeled, fake: Labeled, random: torch.Generator) -> dict[str, Tensor]:
        detective = cast(Discriminator, self.discriminator)
        seen = detective(*real)
        fake_loss = relu(1 + detective(*fake).scores).mean()
        return {
            "discriminator": relu(1 - seen.scores).mean() + fake_loss,
            "redrawing": detective.redrawing_error(seen, real.images, random),
        }

    def generator_losses(self, fake: Labeled, real: Labeled) -> dict[str, Tensor]:
        return {"generator": -self.scores(*fake).mean()}


class Excitation(nn.Module):
    """Fine maps, each channel times a number in 0..1 that coarse maps decide (skip-layer excitation)."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.gather = nn.Conv2d(coarse, fine, POOLED)
        self.decide = nn.Conv2d(fine, fine, 1)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        gathered = leaky_relu(self.gather(adaptive_avg_pool2d(coarse, POOLED)), SLOPE)
        return fine * torch.sigmoid(self.decide(gathered))


class Doubling(nn.Module):
    """Maps of twice the size, half of the channels gating the other half (gated linear units, Dauphin et al. 2017)."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.enlarge = nn.ConvTranspose2d(coarse, 2 * fine, 4, 2, 1, bias=False)
        self.norm = nn.BatchNorm2d(2 * fine)

    def forward(self, maps: Tensor) -> Tensor:
        return glu(self.norm(self.enlarge(maps)), 1)


class Generator(nn.Module):
    """Latents and labels -> images in [-1, 1]. Without the paper's noise: the same latents give the same image."""

    def __init__(self, latent_size: int, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        (self.height, self.width), channels = stages(shape, width)
        self.condition = Condition(classes)
        inputs = latent_size + self.condition.size
        self.project = nn.Linear(inputs, 2 * channels[0] * self.height * self.width, bias=False)
        self.norm = nn.BatchNorm2d(2 * channels[0])
        self.doublings = nn.ModuleList(Doubling(coarse, fine) for coarse, fine in pairwise(channels))
        self.excitations = nn.ModuleList(
            Excitation(coarse, fine) for coarse, fine in zip(channels, channels[SKIPPED:], strict=False)
        )
        self.paint = nn.ConvTranspose2d(channels[-1], shape.channels, 4, 2, 1)

    def forward(self, latents: Tensor, labels: Tensor) -> Tensor:
        coarse = self.project(self.condition(latents, labels)).unflatten(1, (-1, self.height, self.width))
        maps = [glu(self.norm(coarse), 1)]
        for doubling in self.doublings:
            maps.append(doubling(maps[-1]))
            if len(maps) > SKIPPED:
                maps[-1] = self.excitations[len(maps) - SKIPPED - 1](maps[-SKIPPED - 1], maps[-1])
        return torch.tanh(self.paint(maps[-1]))


class Seen(NamedTuple):
    """What a discriminator makes of images: scores of patches (B, h, w), and its two coarsest maps."""

    scores: Tensor
    middle: Tensor
    last: Tensor


class Discriminator(nn.Module):
    """Images and labels -> `Seen`, the coarsest maps of 8 to 15 pixels where the image is large enough."""

    def __init__(self, shape: ImageShape, classes: int, width: int) -> None:
        super().__init__()
        _, channels = stages(shape, width)
        channels = channels[::-1][: max(1, len(channels) - 1)]
        self.halvings = nn.ModuleList(
            nn.Sequential(nn.Conv2d(fine, coarse, 4, 2, 1, bias=False), nn.BatchNorm2d(coarse), nn.LeakyReLU(SLOPE))
            for fine, coarse in pairwise([shape.channels, *channels])
        )
        self.halvings[0] = nn.Sequential(nn.Conv2d(shape.channels, channels[0], 4, 2, 1), nn.LeakyReLU(SLOPE))
        self.score = nn.Conv2d(channels[-1], 1, PATCH)
        self.agreement = Projection(classes, channels[-1])
        self.redraw = Decoder(channels[-1], shape.channels, len(channels))
        self.redraw_part = Decoder(([shape.channels, *channels])[-2], shape.channels, len(channels) - 1)

    def forward(self, images: Tensor, labels: Tensor) -> Seen:
        maps = [images]
        for halving in self.halvings:
            maps.append(halving(maps[-1]))
        agreement = self.agreement(maps[-1].mean((2, 3)), labels)
        return Seen(self.score(maps[-1]).squeeze(1) + agreement[:, None, None], maps[-2], maps[-1])

    def redrawing_error(self, seen: Seen, images: Tensor, random: torch.Generator) -> Tensor:
        """The mean absolute error of images redrawn from the coarsest maps, and of a quarter from finer ones."""
        vertical, horizontal = torch.randint(2, (2,), generator=random).tolist()
        part, original = (_quarter(each, vertical, horizontal) for each in (seen.middle, images))
        return self.redraw.error(seen.last, images) + self.redraw_part.error(part, original)


class Decoder(nn.Module):
    """Maps back to images, at up to four times the size of the maps. halvings: how often the images were halved."""

    def __init__(self, channels: int, image_channels: int, halvings: int) -> None:
        super().__init__()
        doublings = min(REDRAWN, halvings)
        self.shrink = 2 ** (halvings - doublings)
        layers: list[nn.Module] = []
        for _ in range(doublings - 1):
            layers += [nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1), nn.LeakyReLU(SLOPE)]
            channels //= 2
        layers += [nn.ConvTranspose2d(channels, image_channels, 4, 2, 1), nn.Tanh()] if doublings else []
        self.layers = nn.Sequential(*layers)

    def error(self, maps: Tensor, images: Tensor) -> Tensor:
        """The mean absolute error of images redrawn from these maps, in [0, 2]."""
        return (self.layers(maps) - avg_pool2d(images, self.shrink)).abs().mean()


def _quarter(maps: Tensor, vertical: int, horizontal: int) -> Tensor:
    """One of the four quarters of maps or images (B, C, H, W)."""
    height, width = maps.shape[2] // 2, maps.shape[3] // 2
    return maps[:, :, vertical * height :, horizontal * width :][:, :, :height, :width]
