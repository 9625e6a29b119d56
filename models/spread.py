"""How far apart the images of a set are."""

from torch import Tensor, nn, ones

from models.data import to_unit

MOST = 1_000
LEAST = 1e-5  # of a pixel value: half a gray level out of 255, squared, is 1.5e-5 in [-1, 1]


class Spread(nn.Module):
    """The variance of images in [-1, 1], summed over their pixels; 1 until it is measured.

    Two images of the set are as far apart as the root of twice as much.
    """

    variance: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("variance", ones(()))

    def measure(self, images: Tensor) -> None:
        """From uint8 (N, C, H, W), at most 2,000 of them."""
        some = to_unit(images[:: max(1, len(images) // MOST)])
        self.variance.copy_(some.var(0, correction=0).clamp_min(LEAST).sum())

    @property
    def distance(self) -> Tensor:
        """Of two images, the root of the mean square."""
        return (2 * self.variance).sqrt()
