import torch

from models.kmeans import cluster


def heaps(*sizes: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.cat([torch.randn(size, 3, generator=random) + 40 * place for place, size in enumerate(sizes)])


def test_finds_the_heaps() -> None:
    clusters = cluster(heaps(30, 40), 2, smallest=1, random=torch.Generator().manual_seed(1))
    assert [len(part.unique()) for part in clusters.split([30, 40])] == [1, 1]
    assert len(clusters.unique()) == 2


def test_small_clusters_join_their_neighbors() -> None:
    clusters = cluster(heaps(30, 2, 40), 12, smallest=5, random=torch.Generator().manual_seed(1))
    assert int(clusters.bincount().min()) >= 5
    assert clusters.unique().tolist() == list(range(int(clusters.max()) + 1))


def test_more_clusters_than_points_leave_one_when_all_are_small() -> None:
    clusters = cluster(heaps(3), 9, smallest=8, random=torch.Generator().manual_seed(1))
    assert len(clusters) == 3
