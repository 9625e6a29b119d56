import pytest
import torch

from models import principal_components
from models.data import to_unit
from models.events import finish
from models.principal_components import find_components


def images(n: int, rank: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(0)
    scales = torch.logspace(1.6, 0.6, rank)
    mixed = torch.randn(n, rank, generator=random) * scales @ torch.randn(rank, 100, generator=random) / 3
    return (mixed + 128).clamp(0, 255).to(torch.uint8).view(n, 1, 10, 10)


@pytest.mark.parametrize("chunk", [2**24, 700])
def test_components_keep_as_much_as_an_exact_decomposition(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(principal_components, "CHUNK_VALUES", chunk)
    data = images(150, 12)
    components, coordinates = finish(find_components(data, 8, torch.Generator().manual_seed(0)))
    rows = to_unit(data).flatten(1)
    exact = torch.linalg.svdvals(rows - rows.mean(0))
    torch.testing.assert_close(components.basis @ components.basis.T, torch.eye(8), atol=1e-5, rtol=0)
    torch.testing.assert_close(coordinates.norm(dim=0), exact[:8], rtol=0.01, atol=0)
    torch.testing.assert_close(coordinates, (rows - rows.mean(0)) @ components.basis.T, atol=1e-4, rtol=0)


def test_few_images_are_rebuilt_exactly() -> None:
    data = images(7, 5)
    components, coordinates = finish(find_components(data, 64, torch.Generator().manual_seed(0)))
    assert coordinates.shape == (7, 6)
    torch.testing.assert_close(components.pixels(coordinates), to_unit(data).flatten(1), atol=1e-4, rtol=0)


def test_the_basis_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(principal_components, "BASIS_VALUES", 500)
    components, _ = finish(find_components(images(50, 5), 64, torch.Generator().manual_seed(0)))
    assert components.basis.shape == (5, 100)
