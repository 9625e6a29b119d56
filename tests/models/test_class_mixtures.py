"""Points drawn for a class are like its points, and clusters are as large as honesty asks."""

import torch
from torch import Tensor

from models.class_mixtures import ClassMixtures
from models.events import finish
from models.latents import draw


def two_classes(n: int) -> tuple[Tensor, Tensor]:
    """Points of 6 dimensions in two clusters a class; the first dimension tells classes apart, the second clusters."""
    labels, sides = torch.arange(n) % 2, torch.arange(n) // 2 % 2
    points = 0.1 * torch.randn(n, 6, generator=torch.Generator().manual_seed(0))
    points[:, 0] += 10 * labels
    points[:, 1] += 10 * sides
    return points, labels


def fitted(points: Tensor, labels: Tensor, **chosen: int) -> ClassMixtures:
    return finish(ClassMixtures.fit(points, labels, torch.Generator().manual_seed(0), **chosen))


def test_points_of_a_class_come_from_its_clusters() -> None:
    density = fitted(*two_classes(400), clusters=4, factors=3)
    for label in (0, 1):
        drawn = density.draw(draw(0, range(200), 4), torch.full((200,), label))
        assert float((drawn[:, 0] - 10 * label).abs().max()) < 1
        assert 0.3 < float((drawn[:, 1] > 5).float().mean()) < 0.7


def test_the_first_number_alone_chooses_the_cluster() -> None:
    density = fitted(*two_classes(400), clusters=4, factors=3)
    latents = draw(0, range(50), 4)
    latents[:, 0] = 0.3
    drawn = density.draw(latents, torch.zeros(50, dtype=torch.int64))
    assert float(drawn[:, 1].max() - drawn[:, 1].min()) < 1
    assert drawn.unique(dim=0).shape == (50, 6)


def test_a_cluster_holds_forty_points_unless_told_otherwise() -> None:
    points, labels = two_classes(400)
    assert 2 <= fitted(points, labels).clusters <= 400 // 40
    assert fitted(points, labels, clusters=20, factors=2).factors == 2


def test_the_state_makes_the_same_points_again() -> None:
    density = fitted(*two_classes(100))
    again = ClassMixtures.from_state(density.state(), 2)
    latents, labels = draw(0, range(20), 21), torch.arange(20) % 2
    assert torch.equal(density.draw(latents, labels), again.draw(latents, labels))
