"""What blurs, sharpens, adds noise, and loses detail."""

import math

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from studio.augmenting.torchvision_twins.basics import shorter_side, to_bytes, to_float, uniform


def gaussian_blur(image: Tensor, sigma: tuple[float, float]) -> Tensor:
    return blurred(image, uniform(*sigma) / 100 * shorter_side(image))


def blurred(image: Tensor, sigma: float) -> Tensor:
    reach = min(math.ceil(4 * sigma), shorter_side(image) - 1)
    return F.gaussian_blur(image, [2 * reach + 1] * 2, [max(sigma, 1e-3)] * 2)


def motion_blur(image: Tensor, length: tuple[float, float], angle: tuple[float, float]) -> Tensor:
    # torchvision has no motion blur
    half, turn = uniform(*length) / 200 * shorter_side(image), math.radians(uniform(*angle))
    x, y = kernel_grid(half)
    along = (x * math.cos(turn) - y * math.sin(turn)).abs()
    across = (x * math.sin(turn) + y * math.cos(turn)).abs()
    return filtered(image, (half + 0.5 - along).clamp(0, 1) * (1 - across).clamp(min=0))


def defocus_blur(image: Tensor, radius: tuple[float, float]) -> Tensor:
    # torchvision has no defocus
    reach = uniform(*radius) / 100 * shorter_side(image)
    return filtered(image, (reach + 0.5 - torch.hypot(*kernel_grid(reach))).clamp(0, 1))


def kernel_grid(radius: float) -> tuple[Tensor, Tensor]:
    reach = torch.arange(-math.ceil(radius), math.ceil(radius) + 1, dtype=torch.float32)
    x, y = torch.meshgrid(reach, reach, indexing="xy")
    return x, y


def filtered(image: Tensor, kernel: Tensor) -> Tensor:
    padded = F.pad(image, [len(kernel) // 2], padding_mode="symmetric")
    return torch.nn.functional.conv2d(padded[:, None], (kernel / kernel.sum())[None, None])[:, 0].clamp(0, 1)


def sharpen(image: Tensor, amount: tuple[float, float], sigma: float) -> Tensor:
    # torchvision's adjust_sharpness knows one radius of three pixels only
    soft = blurred(image, sigma / 100 * shorter_side(image))
    return (image + uniform(*amount) * (image - soft)).clamp(0, 1)


def gaussian_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    return F.gaussian_noise(image, sigma=uniform(*deviation) / 100)


def poisson_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    # torchvision has no Poisson noise
    photons = (100 / max(uniform(*deviation), 0.01)) ** 2
    return (torch.poisson(image * photons) / photons).clamp(0, 1)


def speckle_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    # torchvision has no speckle
    return (image * (1 + torch.randn_like(image) * uniform(*deviation) / 100)).clamp(0, 1)


def rician_noise(image: Tensor, deviation: tuple[float, float]) -> Tensor:
    # torchvision has no Rician noise
    real, imaginary = torch.randn(2, *image.shape) * uniform(*deviation) / 100
    return torch.hypot(image + real, imaginary).clamp(0, 1)


def salt_and_pepper(image: Tensor, share: tuple[float, float]) -> Tensor:
    # torchvision has no salt and pepper
    half, numbers = uniform(*share) / 200, torch.rand(image.shape[-2:])
    salted = torch.where((half <= numbers) & (numbers < 2 * half), torch.ones(()), image)
    return torch.where(numbers < half, torch.zeros(()), salted)


def jpeg(image: Tensor, quality: tuple[float, float]) -> Tensor:
    return to_float(F.jpeg(to_bytes(image), round(uniform(*quality))))


def downscale(image: Tensor, factor: tuple[float, float]) -> Tensor:
    share, size = uniform(*factor), list(image.shape[-2:])
    small = F.resize(image, [max(1, round(side * share)) for side in size], antialias=True)
    return F.resize(small, size, antialias=False).clamp(0, 1)


def gibbs_ringing(image: Tensor, cut: tuple[float, float]) -> Tensor:
    # torchvision has no Gibbs ringing
    kept = (1 - uniform(*cut) / 100) / 2
    spectrum = torch.fft.rfft2(image)
    spectrum[:, torch.fft.fftfreq(image.shape[1]).abs() > kept] = 0
    spectrum[:, :, torch.fft.rfftfreq(image.shape[2]) > kept] = 0
    return torch.fft.irfft2(spectrum, image.shape[1:]).clamp(0, 1)
