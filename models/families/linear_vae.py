"""The best linear VAE of a set of images, in closed form."""

import torch
from torch import Tensor, nn

from models.data import ImageShape, to_unit
from models.events import Task
from models.principal_components import PrincipalComponents, find_components

MOST_VALUES = 2**23
"""Of the patterns: 32 MiB, in each checkpoint."""
LEAST_NOISE = 1e-5  # variance; half a gray level out of 255, squared, is 1.5e-5 in [-1, 1]
MEASURED = 1_000


class LinearVae(nn.Module):
    """Images as numbers of variance 1 along their principal components; until fitted, all numbers are 0.

    Probabilistic PCA (Tipping & Bishop 1999), which is where a VAE of linear networks ends (Lucas et al. 2019, "Don't
    blame the ELBO!"): with components of variance v and noise of variance s, the posterior's mean is `exactness` =
    sqrt(1 - s / v) times the coordinate, its variance s / v, and the decoder multiplies by `exactness` again.

    mean: (D,) of images in [-1, 1], D = C * H * W. patterns: (k, D), one standard deviation along each component, for
    the first k <= q numbers. lengths: (k,), of the patterns. variance: (q,), of the posterior, in 0..1.
    """

    mean: Tensor
    patterns: Tensor
    lengths: Tensor
    variance: Tensor

    def __init__(self, size: int, shape: ImageShape) -> None:
        super().__init__()
        self.sides = shape.channels, shape.height, shape.width
        values = shape.channels * shape.height * shape.width
        self.size = size
        self.kept = min(size, values, max(1, MOST_VALUES // values))
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("patterns", torch.zeros(self.kept, values))
        self.register_buffer("lengths", torch.ones(self.kept))
        self.register_buffer("variance", torch.ones(size))

    def fit(self, images: Tensor, seed: int) -> Task[None]:
        """To uint8 (N, C, H, W), N >= 2. Yields `Progress`."""
        random = torch.Generator().manual_seed(seed)
        components, points = yield from find_components(images, self.kept, random)
        found = points.shape[1]
        variances = points.var(0).clamp_min(LEAST_NOISE)
        noise = _left_out(images[:: max(1, len(images) // MEASURED)], components)
        self.mean.copy_(components.mean)
        self.patterns[:found] = components.basis * variances.sqrt()[:, None]
        self.lengths[:found] = variances.sqrt()
        self.variance[:found] = (noise / variances).clamp(max=1)

    @property
    def exactness(self) -> Tensor:
        return (1 - self.variance).sqrt()

    def coordinates(self, images: Tensor) -> Tensor:
        """Numbers (B, q) of images (B, C, H, W); 0 beyond the first k."""
        found = (images.flatten(1) - self.mean) @ (self.patterns / self.lengths.square()[:, None]).T
        return nn.functional.pad(found, (0, self.size - self.kept))

    def images(self, coordinates: Tensor) -> Tensor:
        """Images (B, C, H, W) of numbers (B, q)."""
        return (self.mean + coordinates[:, : self.kept] @ self.patterns).unflatten(1, self.sides)


def _left_out(images: Tensor, components: PrincipalComponents) -> float:
    """The variance of a pixel value in each direction that is no component."""
    rows = to_unit(images).flatten(1) - components.mean
    rows -= rows @ components.basis.T @ components.basis
    directions = max(1, rows.shape[1] - len(components.basis))
    return max(LEAST_NOISE, float(rows.square().sum(1).mean()) / directions)
