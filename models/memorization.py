"""How much of what a discriminator says of its images it knows by heart."""

import torch
from torch import Tensor, nn

MEMORY = 0.9  # of the running means, for each time they are taken


class Memorization(nn.Module):
    """Running means of a discriminator's scores of training, unseen and made images.

    The ratio r_v of Karras et al. 2020, “Training generative adversarial networks with limited data”.
    """

    means: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("means", torch.zeros(3))

    @torch.no_grad()
    def update(self, train: Tensor, unseen: Tensor, made: Tensor) -> None:
        """Take note of scores (n,) of each. All means start from 0 and so are too small alike: no ratio changes."""
        news = torch.stack((train.mean(), unseen.mean(), made.mean())).to(self.means)
        self.means.lerp_(news, 1 - MEMORY)

    @property
    def by_heart(self) -> float:
        """0: unseen images are scored like those learned from; 1: like made ones. Scores need no certain scale."""
        train, unseen, made = self.means.tolist()
        return min(1.0, max(0.0, (train - unseen) / (train - made))) if train > made else 0.0
