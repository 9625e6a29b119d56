"""Sequences are drawn as likely as they are said to be, whatever is drawn with them."""

import math

import pytest
import torch
from torch.optim import Adam

from models.families.token_prior import TokenPrior
from models.latents import draw

LENGTH = 6


def counting(classes: int = 2, n: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens that go up by 1 from a random start in class 0, and down in class 1, modulo 5."""
    starts = torch.randint(5, (n, 1), generator=torch.Generator().manual_seed(0))
    labels = torch.arange(n) % classes
    return (starts + torch.arange(LENGTH) * (1 - 2 * labels[:, None])) % 5, labels


@pytest.fixture(scope="module")
def learned() -> TokenPrior:
    torch.manual_seed(0)
    prior = TokenPrior(5, LENGTH, 2, 32)
    optimizer = Adam(prior.parameters(), 5e-3)
    for _ in range(150):
        optimizer.zero_grad()
        prior.cost(*counting()).backward()
        optimizer.step()
    return prior.eval()


@torch.no_grad()
def test_the_cost_is_what_is_left_to_chance(learned):
    """Only the first token is: log(5) nats of it, nothing of the others."""
    assert float(learned.cost(*counting())) == pytest.approx(math.log(5) / LENGTH, abs=0.03)


@torch.no_grad()
def test_sequences_follow_the_rule_of_their_class(learned):
    labels = torch.arange(200) % 2
    drawn = learned.draw(draw(0, range(200), LENGTH), labels)
    expected = (drawn[:, :1] + torch.arange(LENGTH) * (1 - 2 * labels[:, None])) % 5
    assert float((drawn == expected).float().mean()) > 0.97
    assert drawn[:, 0].bincount(minlength=5).min() > 15


@torch.no_grad()
def test_a_sequence_does_not_depend_on_those_drawn_with_it(learned):
    normals, labels = draw(0, range(8), LENGTH), torch.arange(8) % 2
    together = learned.draw(normals, labels)
    assert torch.equal(together, torch.cat([learned.draw(normals[i : i + 1], labels[i : i + 1]) for i in range(8)]))


@torch.no_grad()
def test_a_token_is_told_by_those_before_alone(learned):
    tokens, labels = counting()
    states = torch.cat((learned.classes(labels)[:, None], learned.tokens(tokens[:, :-1])), 1) + learned.places
    changed = states.clone()
    changed[:, 4:] += 1
    for layer in learned.layers:
        states, changed = layer(states)[0], layer(changed)[0]
    torch.testing.assert_close(states[:, :4], changed[:, :4])
    assert not torch.allclose(states[:, 4:], changed[:, 4:])
