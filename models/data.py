"""The images a family learns from."""

from dataclasses import dataclass
from hashlib import sha256

import torch
from torch import Tensor

FINGERPRINTED_BYTES = 2**27


@dataclass(frozen=True)
class ImageShape:
    """Pixels of one image: (channels, height, width)."""

    channels: int
    height: int
    width: int


@dataclass(frozen=True)
class ImageSet:
    """Images in memory or memory-mapped, decoded beforehand.

    images: uint8 (N, C, H, W).
    labels: int64 (N,), indices into `classes`; all 0 when there are no classes. -1: of unknown class, see
        `Family.uses_unlabeled`.
    classes: names; empty when the set is unlabelled and families learn without a condition.
    sources: int64 (N,), the image that each is a variant of, itself for an original; None: all are originals.
    """

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...] = ()
    sources: Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> ImageShape:
        return ImageShape(*self.images.shape[1:])

    @property
    def class_count(self) -> int:
        """The number of conditions a family is built for: at least 1."""
        return max(1, len(self.classes))

    def labeled(self) -> "ImageSet":
        """Without the images of unknown class."""
        known = self.labels >= 0
        if known.all():
            return self
        places = known.cumsum(0) - 1
        sources = None if self.sources is None else places[self.sources[known]]
        return ImageSet(self.images[known], self.labels[known], self.classes, sources)

    def distinct(self) -> Tensor:
        """Indices of the images without repeats in a class, which augmentation makes: int64 (M,), M <= N."""
        first: dict[tuple[int, bytes], int] = {}
        for index, (image, label) in enumerate(zip(self.images, self.labels.tolist(), strict=True)):
            first.setdefault((label, sha256(image.contiguous().numpy()).digest()), index)
        return torch.tensor(list(first.values()))

    def some(self, most: int) -> Tensor:
        """Indices of at most about `most` images without repeats, each class in its share: int64 (M,)."""
        every = max(1, len(self) // most)
        chosen = [torch.nonzero(self.labels == label).flatten()[::every] for label in self.labels.unique()]
        some = torch.cat(chosen)
        return some[ImageSet(self.images[some], self.labels[some]).distinct()]

    def fingerprint(self) -> str:
        """SHA-256 of images and labels, to tell sets apart; of a large set, of 128 MiB of images spread evenly."""
        every = max(1, -(-self.images.nbytes // FINGERPRINTED_BYTES))
        digest = sha256(repr(tuple(self.images.shape)).encode())
        digest.update(self.labels.numpy().tobytes())
        for image in self.images[::every]:
            digest.update(image.numpy().tobytes())
        return digest.hexdigest()


def to_unit(images: Tensor) -> Tensor:
    """uint8 0..255 -> float32 in [-1, 1], the range of Tanh."""
    return images.to(torch.float32).div_(127.5).sub_(1)


def to_bytes(images: Tensor) -> Tensor:
    """Floats in [-1, 1] -> uint8 0..255, clipped and rounded."""
    return images.add(1).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8)
