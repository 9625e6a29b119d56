"""Muon moves a layer equally far in all directions, and learns what plain gradients take long for."""

import pytest
import torch
from torch import nn

from models.muon import UPDATE, Muon, orthogonal


@pytest.mark.parametrize("shape", [(8, 72), (72, 8), (16, 16)])
def test_the_directions_stay_and_their_strengths_become_alike(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    found = left.T @ orthogonal(matrix) @ right.T
    assert float((found - torch.diag(found.diagonal())).abs().max()) < 1e-3
    assert float(found.diagonal().min()) > 0.6 and float(found.diagonal().max()) < 1.3


def test_a_step_is_as_long_as_the_rate_says_whatever_the_gradient():
    for size in (1e-4, 1e4):
        weight = nn.Parameter(torch.zeros(8, 4, 3, 3))
        weight.grad = size * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0))
        Muon([weight], lr=0.01).step()
        assert float(weight.detach().square().mean().sqrt()) == pytest.approx(0.01 * UPDATE, rel=0.25)


def test_it_finds_a_matrix_whose_directions_differ_a_hundredfold():
    random = torch.Generator().manual_seed(0)
    wanted = torch.diag(torch.logspace(0, -2, 8))
    weight = nn.Parameter(torch.zeros(8, 8))
    muon = Muon([weight], lr=0.01)
    for number in range(300):
        muon.param_groups[0]["lr"] = 0.01 * (1 - number / 300)
        inputs = torch.randn(64, 8, generator=random)
        muon.zero_grad()
        (inputs @ (weight - wanted)).square().mean().backward()
        muon.step()
    assert float((weight.detach() - wanted).abs().max()) < 0.005


def test_a_frozen_weight_stays():
    weight = nn.Parameter(torch.ones(4, 4))
    Muon([weight], lr=1.0).step()
    assert torch.equal(weight, torch.ones(4, 4))
