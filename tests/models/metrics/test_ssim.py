import numpy as np
import pytest
import torch

from models.metrics import pairwise_ssim, structural_similarity


def reference(x: np.ndarray, y: np.ndarray) -> float:
    """Wang et al. 2004, one window position at a time, gray levels 0..255."""
    offsets = np.arange(11) - 5
    weights = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * 1.5**2))
    weights /= weights.sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    values = []
    for top in range(x.shape[0] - 10):
        for left in range(x.shape[1] - 10):
            a, b = (image[top : top + 11, left : left + 11].astype(np.float64) for image in (x, y))
            mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
            var_a, var_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
            cov = (weights * (a - mean_a) * (b - mean_b)).sum()
            luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
            values.append(luminance * (2 * cov + c2) / (var_a + var_b + c2))
    return float(np.mean(values))


def images(n: int, channels: int = 1) -> torch.Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (n, channels, 16, 14), generator=random, dtype=torch.uint8)


def test_equals_the_paper_channel_by_channel() -> None:
    x, noise = images(2, 3), images(4, 3)[2:]
    y = (0.7 * x + 0.3 * noise).to(torch.uint8)
    expected = [np.mean([reference(x[i, c].numpy(), y[i, c].numpy()) for c in range(3)]) for i in range(2)]
    assert structural_similarity(x, y).numpy() == pytest.approx(expected, abs=1e-5)


def test_flat_images_differ_by_luminance_alone() -> None:
    bright, dark = (torch.full((1, 1, 12, 12), level, dtype=torch.uint8) for level in (200, 100))
    expected = (2 * 200 * 100 + 6.5025) / (200**2 + 100**2 + 6.5025)
    assert float(structural_similarity(bright, dark)) == pytest.approx(expected, abs=1e-5)


def test_pairs_are_all_pairs_of_few_images() -> None:
    few = images(4)
    expected = np.mean([reference(few[i, 0].numpy(), few[j, 0].numpy()) for i in range(4) for j in range(i)])
    assert pairwise_ssim(few) == pytest.approx(expected, abs=1e-5)


def test_alike_images_score_one_and_never_pair_with_themselves() -> None:
    assert pairwise_ssim(images(1).expand(40, -1, -1, -1)) == pytest.approx(1)
    assert pairwise_ssim(images(40), pairs=50) < 0.2


def test_images_below_the_window_are_refused() -> None:
    small = torch.zeros(2, 1, 10, 40, dtype=torch.uint8)
    with pytest.raises(ValueError, match="11 x 11"):
        structural_similarity(small, small)
