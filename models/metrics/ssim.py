"""Structural similarity (Wang et al. 2004), and how alike the images of a set are by it."""

import torch
from torch import Tensor
from torch.nn.functional import conv2d

WINDOW = 11
SIGMA = 1.5
C1 = 0.01**2
C2 = 0.03**2
CHUNK = 64


def structural_similarity(x: Tensor, y: Tensor) -> Tensor:
    """SSIM float32 (N,) of images x and y, uint8 (N, C, H, W) of at least 11 x 11 px: 1 for equal images.

    The paper's 11 x 11 Gaussian window (sigma 1.5), only where it fits; the mean over positions and channels.
    """
    if min(x.shape[-2:]) < WINDOW:
        raise ValueError(f"structural similarity needs images of at least {WINDOW} x {WINDOW} px")
    pairs = zip(x.split(CHUNK), y.split(CHUNK), strict=True)
    return torch.cat([_map(_unit(a), _unit(b)).mean((1, 2, 3)) for a, b in pairs]).to(torch.float32)


def pairwise_ssim(images: Tensor, pairs: int = 500, seed: int = 0) -> float:
    """Mean SSIM of random pairs among images uint8 (N, C, H, W), N >= 2: how alike they are.

    1 when all are the same; samples well above the figure of the real images lack diversity.
    """
    first, second = _draw_pairs(len(images), pairs, seed)
    return float(structural_similarity(images[first], images[second]).mean(dtype=torch.float64))


def _draw_pairs(n: int, pairs: int, seed: int) -> tuple[Tensor, Tensor]:
    """Indices of different images: all pairs when there are no more than asked for."""
    if n < 2:
        raise ValueError("a pairwise figure needs at least two images")
    if n * (n - 1) // 2 <= pairs:
        first, second = torch.combinations(torch.arange(n)).unbind(1)
        return first, second
    random = torch.Generator().manual_seed(seed)
    first = torch.randint(n, (pairs,), generator=random)
    return first, (first + torch.randint(1, n, (pairs,), generator=random)) % n


def _unit(images: Tensor) -> Tensor:
    # The variances below are differences of nearly equal numbers, for which float32 has too few digits.
    return images.to(torch.float64) / 255


def _map(x: Tensor, y: Tensor) -> Tensor:
    mean_x, mean_y = _blur(x), _blur(y)
    variance_x = _blur(x * x) - mean_x**2
    variance_y = _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + C1) / (mean_x**2 + mean_y**2 + C1)
    return luminance * (2 * covariance + C2) / (variance_x + variance_y + C2)


def _blur(images: Tensor) -> Tensor:
    """The Gaussian-weighted local mean where the whole window fits."""
    offsets = torch.arange(WINDOW, dtype=images.dtype) - WINDOW // 2
    window = torch.exp(-offsets.square() / (2 * SIGMA**2))
    window /= window.sum()
    planes = images.reshape(-1, 1, *images.shape[-2:])
    planes = conv2d(conv2d(planes, window.view(1, 1, -1, 1)), window.view(1, 1, 1, -1))
    return planes.view(*images.shape[:2], *planes.shape[-2:])
