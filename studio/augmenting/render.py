"""Carrying out a chain on a batch of tensors: all geometry between two other steps in one resampling.

torchvision's `affine` takes one step, one set of parameters for a whole batch, and leaves black corners. Three such
steps in a row keep 0.46 of an image's fine detail, one keeps 0.65, and tiny defects are what is lost; so the matrices
are multiplied first and pixels are fetched once, bicubic (Keys 1981, a = -0.75), the image mirrored at its border.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from studio.augmenting.mixup import Mixup
from studio.augmenting.operation import Geometry, Operation, Photometry

PADDING = {"reflect": "reflection", "edge": "border", "black": "zeros"}
PEAKS = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}


def to_tensor(images: np.ndarray) -> Tensor:
    """(N, H, W, C) of uint8, uint16 or float32 in 0..1 -> float32 (N, C, H, W) in 0..1. Raises `TypeError`."""
    if str(images.dtype) not in PEAKS:
        raise TypeError(f"images must be uint8, uint16 or float32 in 0..1, not {images.dtype}")
    scaled = images.astype(np.float32) / np.float32(PEAKS[str(images.dtype)])
    return torch.from_numpy(np.ascontiguousarray(scaled.transpose(0, 3, 1, 2)))


def to_array(images: Tensor, dtype: np.dtype) -> np.ndarray:
    """The way back: float32 (N, C, H, W) in 0..1 -> (N, H, W, C) of `dtype`."""
    scaled = images.permute(0, 2, 3, 1).numpy() * np.float32(PEAKS[str(dtype)])
    return np.ascontiguousarray(scaled if dtype.kind == "f" else np.rint(scaled).astype(dtype))


@torch.no_grad()
def render(
    operations: Sequence[Operation], images: Tensor, border: str, seed: int, first: int, labels: Tensor | None = None
) -> tuple[Tensor, Tensor | None]:
    """Carry out the operations on float32 (N, C, H, W) in 0..1 and, where they blend, on soft labels (N, classes).

    first: the number of the first image, so that a batch continues what another one began.
    """
    n, _, height, width = images.shape
    pending = np.tile(np.eye(3), (n, 1, 1))
    for index, operation in enumerate(operations):
        occurrence = sum(type(earlier) is type(operation) for earlier in operations[:index])
        decision, *rest = draw(operation, occurrence, seed, first, n).T
        chosen = decision < operation.probability
        draws = np.stack(rest, 1) if rest else np.empty((n, 0))
        if isinstance(operation, Geometry):
            moves = operation.matrices(draws, height, width) @ pending
            pending = np.where(chosen[:, None, None], moves, pending)
            continue
        images = warp(images, pending, border)
        pending = np.tile(np.eye(3), (n, 1, 1))
        if isinstance(operation, Mixup):
            images, labels = operation.apply(images, labels, draws, chosen)
        elif isinstance(operation, Photometry) and chosen.any():
            changed = torch.from_numpy(chosen)
            images = images.index_put((changed,), operation.apply(images[changed], draws[chosen]))
    return warp(images, pending, border), labels


def draw(operation: Operation, occurrence: int, seed: int, first: int, count: int) -> np.ndarray:
    """Uniform numbers in [0, 1) for `count` images: (count, 1 + draws), the first of which decides whether to apply.

    They depend on the seed, the image's number and the operation alone, so that adding, moving or switching off another
    step leaves them as they were, and a batch can be cut anywhere.
    """
    width = 1 + operation.draws
    bits = np.random.PCG64([seed, occurrence, *operation.name.encode()])
    bits.advance(first * width)
    return (bits.random_raw(count * width).reshape(count, width) >> np.uint64(11)) * 2.0**-53


def warp(images: Tensor, matrices: np.ndarray, border: str) -> Tensor:
    """Move the pixels of (N, C, H, W) by (N, 3, 3) matrices about the center; images that stay are not resampled."""
    moved = (np.abs(matrices - np.eye(3)) > 1e-9).any((1, 2))
    if not moved.any():
        return images
    height, width = images.shape[2:]
    half = np.diag([width / 2, height / 2, 1.0])
    sources = np.linalg.inv(half) @ np.linalg.inv(matrices[moved]) @ half
    chosen = torch.from_numpy(moved)
    theta = torch.from_numpy(sources[:, :2].astype(np.float32))
    still = images[chosen]
    grid = functional.affine_grid(theta, list(still.shape), align_corners=False)
    warped = functional.grid_sample(still, grid, mode="bicubic", padding_mode=PADDING[border], align_corners=False)
    return images.index_put((chosen,), warped.clamp_(0, 1))
