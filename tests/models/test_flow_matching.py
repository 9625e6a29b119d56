"""Flow matching: its loss and its way from noise to data, where both are known."""

import pytest
import torch

from models.flow_matching import carry, flow_loss, normal_like


def test_the_loss_of_a_network_that_says_nothing_is_the_mean_square_of_the_velocities():
    data = torch.full((4000, 1, 2, 2), 3.0)
    loss = flow_loss(lambda points, times: torch.zeros_like(points), data, torch.Generator().manual_seed(0))
    assert float(loss) == pytest.approx(3.0**2 + 1, rel=0.03)


def test_points_lie_on_the_straight_way_from_noise_to_data():
    data = torch.full((8, 1, 2, 2), 3.0)

    def perfect(points, times):
        """What must be left when the data are known: (data - point) / (1 - time)."""
        return (data - points) / (1 - times[:, None, None, None])

    assert float(flow_loss(perfect, data, torch.Generator().manual_seed(0))) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("start", [0.0, 0.3])
def test_a_velocity_that_knows_the_data_carries_every_point_there(start):
    data = torch.randn(5, 1, 3, 3, generator=torch.Generator().manual_seed(1))
    points = torch.randn(5, 1, 3, 3, generator=torch.Generator().manual_seed(2))
    carried = carry(lambda at, times: (data - at) / (1 - times[:, None, None, None]), points, 4, start)
    assert torch.allclose(carried, data, atol=1e-5)


def test_the_way_is_of_second_order():
    def error(steps):
        """Of dx/dt = x from 1, after time 1: e."""
        carried = carry(lambda points, times: points * (times < 2)[:, None, None, None], torch.ones(1, 1, 1, 1), steps)
        return abs(float(carried) - 2.718281828)

    # The last step is Euler's, so its error remains: of the order of the square of the step.
    assert error(8) < error(4) / 2.5


def test_chance_is_drawn_from_the_generator_alone():
    first, second = (normal_like(torch.empty(2, 3), torch.Generator().manual_seed(7)) for _ in range(2))
    assert torch.equal(first, second)
