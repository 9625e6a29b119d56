"""The principal components of images that need not fit into memory as floats."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from models.data import to_unit
from models.events import Progress, Task

CHUNK_VALUES = 2**24
"""Pixel values that are floats at one time: 64 MiB."""
BASIS_VALUES = 2**25
"""The most values a basis may have: 128 MiB."""
SPARE_DIRECTIONS = 16
"""Directions looked for beyond those asked for; the last ones found are the least exact."""


@dataclass(frozen=True)
class PrincipalComponents:
    """The directions in which images differ most: image = mean + coordinates @ basis, in the units of `to_unit`.

    mean: float32 (D,) with D = C * H * W. basis: float32 (q, D), orthonormal rows, by falling variance.
    """

    mean: Tensor
    basis: Tensor

    def pixels(self, coordinates: Tensor) -> Tensor:
        """Images float32 (n, D), not clipped, from coordinates (n, q)."""
        return torch.addmm(self.mean, coordinates, self.basis)


def find_components(images: Tensor, count: int, random: torch.Generator) -> Task[tuple[PrincipalComponents, Tensor]]:
    """At most `count` components of images uint8 (N, C, H, W), N >= 2, and the images' coordinates (N, q) in them.

    Randomized subspace iteration (Halko, Martinsson & Tropp 2011) in three passes over the images; exact for up to
    `count` images. Fewer components are found where there are fewer images or pixels, or the basis would be too large.
    """
    size = images[0].numel()
    count = min(count, len(images) - 1, size, max(1, BASIS_VALUES // size))
    mean = _mean(images)
    directions = torch.randn(size, min(count + SPARE_DIRECTIONS, len(images), size), generator=random)
    coordinates = yield from _project(images, mean, directions)
    directions = yield from _back(images, mean, torch.linalg.qr(coordinates).Q)
    directions = torch.linalg.qr(directions).Q
    coordinates = yield from _project(images, mean, directions)
    rotation = _rotation(coordinates)[:, :count]
    return PrincipalComponents(mean, (directions @ rotation).T.contiguous()), coordinates @ rotation


def _rotation(coordinates: Tensor) -> Tensor:
    """Turns coordinates (N, q) so that they are uncorrelated and fall in variance."""
    scatter = coordinates.to(torch.float64)
    return torch.linalg.eigh(scatter.T @ scatter).eigenvectors.flip(1).to(torch.float32)


def _mean(images: Tensor) -> Tensor:
    total = torch.zeros(images[0].numel())
    for chunk in _chunks(images):
        total += chunk.sum(0)
    return total / len(images)


def _project(images: Tensor, mean: Tensor, directions: Tensor) -> Task[Tensor]:
    """Coordinates (N, q) of the centered images along directions (D, q)."""
    rows = []
    for done, chunk in _centered(images, mean):
        rows.append(chunk @ directions)
        yield Progress(done, len(images), "Finding what varies")
    return torch.cat(rows)


def _back(images: Tensor, mean: Tensor, weights: Tensor) -> Task[Tensor]:
    """The sums (D, q) of the centered images weighted by (N, q)."""
    total = torch.zeros(len(mean), weights.shape[1])
    start = 0
    for done, chunk in _centered(images, mean):
        total.addmm_(chunk.T, weights[start:done])
        start = done
        yield Progress(done, len(images), "Finding what varies")
    return total


def _centered(images: Tensor, mean: Tensor) -> Iterator[tuple[int, Tensor]]:
    done = 0
    for chunk in _chunks(images):
        done += len(chunk)
        yield done, chunk.sub_(mean)


def _chunks(images: Tensor) -> Iterator[Tensor]:
    """Rows float32 (n, D) of a bounded number of images at a time."""
    for chunk in images.split(max(1, CHUNK_VALUES // images[0].numel())):
        yield to_unit(chunk).flatten(1)
