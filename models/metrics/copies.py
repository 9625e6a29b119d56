"""Finds copies of training images by their pixels, also when they were mirrored or shifted a little.

Features alone let those pass: a copy that is upside down or two pixels aside is as far as a new image.
"""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from models.events import Progress, Task

SIDE = 32
"""Images are compared at this size, in shifts of half a pixel, up to a pixel either way."""
CANDIDATES = 8
"""Training images, nearest without a shift, that are tried with each shift."""
CHUNK = 32
SHIFTS = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
NO_SHIFT = SHIFTS.index((0, 0))
FLIPS: list[tuple[int, ...]] = [(), (3,), (2,), (2, 3)]


def thumbnails(images: Tensor, what: str) -> Task[Tensor]:
    """What `CopySearch` looks for, uint8 (N, C, 32, 32), of images uint8 (N, C, H, W). Yields `Progress`."""
    small = []
    for chunk in images.split(CHUNK):
        small.append(avg_pool2d(_fine(chunk), 2).round_().to(torch.uint8))
        yield Progress(CHUNK * (len(small) - 1) + len(chunk), len(images), what)
    return torch.cat(small)


class CopySearch:
    """Looks for images among the training images, given as their `thumbnails`."""

    def __init__(self, training_thumbnails: Tensor) -> None:
        inner = training_thumbnails[:, :, 1:-1, 1:-1].to(torch.float32)
        self._shape = inner.shape[1:]
        mean = inner.mean(0, keepdim=True)
        # Centered, distances lose fewer digits; a center that flips leave as it is lets images be flipped afterwards.
        self._mean = torch.stack([mean.flip(flip) for flip in FLIPS]).mean(0).flatten()
        self._prints = inner.flatten(1) - self._mean

    @property
    def prints(self) -> Tensor:
        """What is compared: float32 (N, D), the thumbnails without their border, less their mean."""
        return self._prints

    def views(self, images: Tensor) -> Tensor:
        """The same of images uint8 (n, C, H, W), each in all four flips: float32 (n, 4, D), the first as it is."""
        fine = _fine(images)
        return torch.stack([_print(fine.flip(flip)) - self._mean for flip in FLIPS], 1)

    def flip(self, prints: Tensor, flips: Tensor) -> Tensor:
        """Prints (..., D) each flipped in the way, int64 (...,), that it has in `views`."""
        pictures = prints.reshape(-1, *self._shape)
        ways = torch.stack([pictures.flip(flip) for flip in FLIPS])
        return ways[flips.flatten(), torch.arange(len(pictures))].view(prints.shape)

    def nearest(self, images: Tensor, what: str) -> Task[tuple[Tensor, Tensor]]:
        """For images uint8 (n, C, H, W): the training image nearest in pixels, int64 (n,), and how far.

        The distance, float32 (n,), is the smallest root mean square difference over all flips and shifts, in gray
        levels 0..255. Yields `Progress`.
        """
        indices, distances = [torch.empty(0, dtype=torch.int64)], [torch.empty(0)]
        for start in range(0, len(images), CHUNK):
            chunk = images[start : start + CHUNK]
            index, distance = self._search(_views(chunk) - self._mean)
            indices.append(index)
            distances.append(distance / len(self._mean) ** 0.5)
            yield Progress(start + len(chunk), len(images), what)
        return torch.cat(indices), torch.cat(distances)

    def _search(self, views: Tensor) -> tuple[Tensor, Tensor]:
        """Index and distance of the training image nearest to any view (n, flips, shifts, D) of each image."""
        images = len(views)
        views = views.flatten(0, 1)
        rough = torch.cdist(views[:, NO_SHIFT], self._prints)
        candidates = rough.topk(min(CANDIDATES, len(self._prints)), largest=False).indices
        distances, chosen = torch.cdist(views, self._prints[candidates]).amin(1).view(images, -1).min(1)
        return candidates.view(images, -1).gather(1, chosen.unsqueeze(1)).squeeze(1), distances


def _views(images: Tensor) -> Tensor:
    """Each image flipped and shifted in every way: float32 (n, flips, shifts, C * 30 * 30), without its border."""
    fine = _fine(images)
    return torch.stack([torch.stack([_print(fine.flip(f).roll(s, (2, 3))) for s in SHIFTS], 1) for f in FLIPS], 1)


def _fine(images: Tensor) -> Tensor:
    """float32 (n, C, 64, 64), where half a pixel is one."""
    return interpolate(images.to(torch.float32), (2 * SIDE, 2 * SIDE), mode="area")


def _print(fine: Tensor) -> Tensor:
    return avg_pool2d(fine, 2)[:, :, 1:-1, 1:-1].flatten(1)
