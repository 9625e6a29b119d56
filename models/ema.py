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

    @torch.no_grad()
    def __init__(self, network: nn.Module, average: nn.Module) -> None:
        """`average` becomes what `network` is; both keep their tensors from now on."""
        average.load_state_dict(network.state_dict())
        # Gathered once: walking through the modules at each step would take longer than the averaging.
        self._current, self._counts = _tensors(network)
        self._averaged, self._averaged_counts = _tensors(average)

    @torch.no_grad()
    def update(self, images: int, images_seen: int) -> None:
        """After a step over `images` images, the last of `images_seen`."""
        half_life = min(LONGEST_HALF_LIFE, SHARE_OF_RUN * images_seen)
        torch._foreach_lerp_(self._averaged, self._current, 1 - 0.5 ** (images / half_life))
        if self._counts:
            torch._foreach_copy_(self._averaged_counts, self._counts)


def _tensors(network: nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """Parameters and buffers: those of floating point, which are averaged, and the others, which are copied."""
    tensors = [*network.parameters(), *network.buffers()]
    floats = [tensor for tensor in tensors if tensor.is_floating_point()]
    return floats, [tensor for tensor in tensors if not tensor.is_floating_point()]
