import pytest
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from models.events import finish
from models.metrics.copies import CopySearch, thumbnails


def pictures(n: int, channels: int, height: int, width: int, seed: int = 0) -> Tensor:
    """Smooth random pictures."""
    random = torch.Generator().manual_seed(seed)
    coarse = torch.rand(n, channels, 8, 8, generator=random) * 255
    return interpolate(coarse, (height, width), mode="bicubic").clamp(0, 255).to(torch.uint8)


@pytest.mark.parametrize("shape", [(1, 64, 64), (3, 48, 96), (1, 16, 16)])
def test_finds_the_image_again_however_flipped(shape: tuple[int, int, int]) -> None:
    training = pictures(50, *shape)
    search = CopySearch(finish(thumbnails(training, "")))
    for flip in ((), (3,), (2,), (2, 3)):
        indices, distances = finish(search.nearest(training[7:40].flip(flip), ""))
        assert indices.tolist() == list(range(7, 40))
        assert float(distances.max()) < 1


def test_finds_the_image_again_when_it_was_shifted() -> None:
    training = pictures(50, 1, 64, 64)
    search = CopySearch(finish(thumbnails(training, "")))
    indices, distances = finish(search.nearest(training.flip(2).roll((-1, 2), (2, 3)), ""))
    assert indices.tolist() == list(range(50))
    assert float(distances.max()) < 1


def test_other_images_are_far() -> None:
    search = CopySearch(finish(thumbnails(pictures(50, 1, 64, 64), "")))
    _, distances = finish(search.nearest(pictures(20, 1, 64, 64, seed=1), ""))
    assert float(distances.min()) > 20


def test_the_distance_is_in_gray_levels() -> None:
    black = torch.zeros(3, 1, 32, 32, dtype=torch.uint8)
    _, distances = finish(CopySearch(finish(thumbnails(black, ""))).nearest(black + 12, ""))
    assert distances.tolist() == pytest.approx([12] * 3)
