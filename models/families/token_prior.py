"""A small transformer that says which token comes next (Vaswani et al. 2017; decoder only, Radford et al. 2018)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, scaled_dot_product_attention, silu

LAYERS = 3
HEAD_SIZE = 16
Cache = tuple[Tensor, Tensor]
"""Keys and values (B, heads, T, `HEAD_SIZE`) of the tokens so far."""


class TokenPrior(nn.Module):
    """The probability of token sequences of one length for each class; size: a multiple of 16."""

    def __init__(self, tokens: int, length: int, classes: int, size: int) -> None:
        super().__init__()
        self.classes = nn.Embedding(classes, size)
        self.tokens = nn.Embedding(tokens, size)
        self.places = nn.Parameter(torch.zeros(length, size))
        self.layers = nn.ModuleList([Layer(size) for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(size, elementwise_affine=False)
        self.leave = nn.Linear(size, tokens)

    def cost(self, tokens: Tensor, labels: Tensor) -> Tensor:
        """Nats a token of int64 (B, T): (), the mean."""
        states = torch.cat((self.classes(labels)[:, None], self.tokens(tokens[:, :-1])), 1) + self.places
        for layer in self.layers:
            states, _ = layer(states)
        return cross_entropy(self.leave(self.norm(states)).flatten(0, 1), tokens.flatten())

    def draw(self, normals: Tensor, labels: Tensor) -> Tensor:
        """Tokens int64 (B, T) from standard normals (B, T), one for each: the quantile of its rank."""
        ranks = torch.special.ndtr(normals.to(torch.float64))
        caches: list[Cache | None] = [None] * len(self.layers)
        state, drawn = self.classes(labels), []
        for place in range(len(self.places)):
            states = (state + self.places[place])[:, None]
            for index, layer in enumerate(self.layers):
                states, caches[index] = layer(states, caches[index])
            drawn.append(_quantiles(self.leave(self.norm(states[:, 0])), ranks[:, place]))
            state = self.tokens(drawn[-1])
        return torch.stack(drawn, 1)


class Layer(nn.Module):
    """Attention to what came before, then two full layers, each beside a short cut and normalized before."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size, elementwise_affine=False)
        self.look, self.tell = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.widen, self.narrow = nn.Linear(size, 4 * size), nn.Linear(4 * size, size)

    def forward(self, states: Tensor, cache: Cache | None = None) -> tuple[Tensor, Cache]:
        """Of all tokens (B, T, size) at once; or, with what is known of those before, of the next one (B, 1, size)."""
        looks = self.look(self.norm(states)).unflatten(2, (3, -1, HEAD_SIZE))
        queries, keys, values = looks.permute(2, 0, 3, 1, 4)
        if cache is not None:
            keys, values = torch.cat((cache[0], keys), 2), torch.cat((cache[1], values), 2)
        seen = scaled_dot_product_attention(queries, keys, values, is_causal=queries.shape[2] > 1)
        states = states + self.tell(seen.transpose(1, 2).flatten(2))
        return states + self.narrow(silu(self.widen(self.norm(states)))), (keys, values)


def _quantiles(logits: Tensor, ranks: Tensor) -> Tensor:
    """Of the categorical distributions (B, K), the tokens int64 (B,) at ranks (B,) in 0..1."""
    rising = logits.to(torch.float64).softmax(1).cumsum(1)
    return torch.searchsorted(rising, ranks[:, None] * rising[:, -1:], right=True)[:, 0].clamp_max(logits.shape[1] - 1)
