"""What moves pixels."""

import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

from studio.augmenting.torchvision_twins.basics import shorter_side, uniform

BORDER = "symmetric"  # what lies beyond the image; or "edge", or "constant" for black
INTERPOLATION = InterpolationMode.BILINEAR


def with_border(image: Tensor) -> Tensor:
    """Twice as large: torchvision's geometry knows nothing but black beyond an image."""
    height, width = image.shape[-2:]
    return F.pad(image, [width // 2, height // 2], padding_mode=BORDER)


def affine(
    image: Tensor,
    angle: float = 0.0,
    x: float = 0.0,
    y: float = 0.0,
    scale: float = 1.0,
    shear: tuple[float, float] = (0.0, 0.0),
) -> Tensor:
    size = list(image.shape[-2:])
    moved = F.affine(with_border(image), -angle, [x, y], scale, list(shear), INTERPOLATION)
    return F.center_crop(moved, size).clamp(0, 1)


def displaced(image: Tensor, ways: Tensor) -> Tensor:
    """Each pixel from where its way (H, W, 2), in pixels right and down, leads."""
    height, width = image.shape[-2:]
    bordered = with_border(image)
    inside = torch.zeros(*bordered.shape[-2:], 2)
    inside[height // 2 : height // 2 + height, width // 2 : width // 2 + width] = ways
    shares = 2 * inside / torch.tensor([bordered.shape[-1], bordered.shape[-2]])
    return F.center_crop(F.elastic(bordered, shares[None], INTERPOLATION), [height, width]).clamp(0, 1)


def rotate(image: Tensor, angle: tuple[float, float]) -> Tensor:
    return affine(image, angle=uniform(*angle))


def quarter_turn(image: Tensor) -> Tensor:
    size = list(image.shape[-2:])
    return F.resize(image.rot90(int(torch.randint(1, 4, ())), (-2, -1)), size, antialias=False)


def flip_horizontal(image: Tensor) -> Tensor:
    return F.horizontal_flip(image)


def flip_vertical(image: Tensor) -> Tensor:
    return F.vertical_flip(image)


def translate(image: Tensor, x: tuple[float, float], y: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    return affine(image, x=uniform(*x) / 100 * width, y=uniform(*y) / 100 * height)


def scale(image: Tensor, factor: tuple[float, float]) -> Tensor:
    return affine(image, scale=uniform(*factor))


def crop(image: Tensor, kept: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    share = uniform(*kept) / 100
    x, y = (uniform(-0.5, 0.5) * (1 - share) / share * side for side in (width, height))
    return affine(image, x=x, y=y, scale=1 / share)


def center_crop(image: Tensor, kept: tuple[float, float]) -> Tensor:
    return affine(image, scale=100 / uniform(*kept))


def shear(image: Tensor, x: tuple[float, float], y: tuple[float, float]) -> Tensor:
    leaned = affine(image, shear=(0.0, -uniform(*y)))
    return affine(leaned, shear=(-uniform(*x), 0.0))


def perspective(image: Tensor, distance: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    left, top = width // 2, height // 2
    corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
    middle, way = (left + width / 2, top + height / 2), uniform(*distance) / 50
    moved = [[c + (m - c) * way * uniform(0, 1) for c, m in zip(corner, middle, strict=True)] for corner in corners]
    changed = F.perspective(with_border(image), corners, moved, INTERPOLATION)
    return F.center_crop(changed, [height, width]).clamp(0, 1)


def elastic(image: Tensor, distance: tuple[float, float], cell: tuple[float, float]) -> Tensor:
    height, width = image.shape[-2:]
    side, waves = shorter_side(image), uniform(*cell) / 100 * shorter_side(image)
    rows, columns = (round(length / waves) + 3 for length in (height, width))
    ways = torch.randn(1, 2, rows, columns) * uniform(*distance) / 100 * side / 2**0.5
    smooth = torch.nn.functional.interpolate(ways, (height, width), mode="bicubic")
    return displaced(image, smooth[0].permute(1, 2, 0))


def grid_distortion(image: Tensor, distance: tuple[float, float], cells: int) -> Tensor:
    share = uniform(*distance) / 100
    shifts = []
    for length in (image.shape[-1], image.shape[-2]):
        moves = (2 * torch.rand(1, 1, cells + 1) - 1) * share * (length - 1) / cells
        moves[..., 0] = moves[..., -1] = 0
        shifts.append(torch.nn.functional.interpolate(moves, length, mode="linear", align_corners=True)[0, 0])
    x, y = shifts
    return displaced(image, torch.stack(torch.broadcast_tensors(x, y[:, None]), -1))
