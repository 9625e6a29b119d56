"""A moving average of a network's weights: samples from it are steadier than from the network itself."""

import torch
from torch import Tensor, nn

LONGEST_HALF_LIFE = 20_000  # images
SHARE_OF_RUN = 0.05  # so that the average is useful from the first steps on


class MovingAverage:
    """Keeps `average` close to `network`, of the same architecture: parameters and floating point buffers.

    The half-life follows the run: 5% of the images seen so far, at most 20,000 (Karras et al. 2024 average over a share
    of the run; the ramp is that of StyleGAN2-ADA, Karras et al. 2020).
    """

    def __init__(self, network: nn.Module, average: nn.Module) -> None:
        self._network = network
        self._average = average
        self.copy()

    @torch.no_grad()
    def copy(self) -> None:
        """Forget the past: the average becomes the network as it is."""
        self._average.load_state_dict(self._network.state_dict())

    @torch.no_grad()
    def update(self, images: int, images_seen: int) -> None:
        """After a step over `images` images, the last of `images_seen`."""
        half_life = min(LONGEST_HALF_LIFE, SHARE_OF_RUN * images_seen)
        weight = 1 - 0.5 ** (images / half_life)
        torch._foreach_lerp_(_floats(self._average), _floats(self._network), weight)
        for average, current in zip(self._average.buffers(), self._network.buffers(), strict=True):
            if not current.is_floating_point():
                average.copy_(current)


def _floats(network: nn.Module) -> list[Tensor]:
    return [tensor for tensor in (*network.parameters(), *network.buffers()) if tensor.is_floating_point()]
