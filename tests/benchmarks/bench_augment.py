"""Chains against Albumentations 2.0.8 and torchvision v2 on one core, in one run, on photos of solar cells.

    python tests/benchmarks/bench_augment.py

Single images of 256 px, gray and RGB, through rotate, translate, scale, crop, flip, color jitter and cutout: the chain
is to be at least twice as fast as Albumentations (pip install albumentations==2.0.8; MIT, no longer kept, so it is no
dependency of ours). Batches of 64 px: at least five times as fast as torchvision v2 one by one. Compared is processor
time, turn by turn, so that whatever else the machine does falls on all. A preview is 24 tiles of 160 px, RGB: at most
100 ms.
Detail is the variance of the Laplacian after the geometry of the chain, over what is seen of the photo, as a share of
what an ideal resampling (quintic splines) of the very same geometry leaves: at least 0.6 bilinear, 0.8 Lanczos. Color
jitter and cutout are off, for they change the variance by themselves, and so does enlarging: crop and scale show the
photo 1.09 times as large, of which not even the ideal keeps all; it is printed too.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time

import cv2
import elpv_dataset
import numpy as np
import torch
from PIL import Image
from scipy.ndimage import map_coordinates
from torchvision.transforms import v2

from studio.augmenting import PRESETS, Chain, Step
from studio.augmenting.drawing import draw
from studio.augmenting.operation import Operation
from studio.augmenting.operations.affine import Rotate, Scale, Translate
from studio.augmenting.operations.color import ColorJitter
from studio.augmenting.operations.crops import Crop
from studio.augmenting.operations.erasing import Cutout
from studio.augmenting.operations.flips import FlipHorizontal

PHOTOS = 64
SEED = 3
ROUNDS = 9
GEOMETRY = (
    *(Rotate(angle=(-10, 10)), Translate(x=(-5, 5), y=(-5, 5)), Scale(factor=(0.9, 1.1))),
    *(Crop(kept=(85, 100)), FlipHorizontal()),
)
PHOTOMETRY = (
    ColorJitter(brightness=(0.8, 1.2), contrast=(0.8, 1.2), saturation=(0.8, 1.2)),
    Cutout(side=(10, 20)),
)


def photos(size: int, channels: int) -> np.ndarray:
    """uint8 (PHOTOS, size, size, channels)"""
    folder = Path(elpv_dataset.__file__).parent / "data" / "images"
    mode = "L" if channels == 1 else "RGB"
    images = [Image.open(path).convert(mode).resize((size, size)) for path in sorted(folder.iterdir())[:PHOTOS]]
    return np.stack([np.asarray(image).reshape(size, size, channels) for image in images])


def chain_of(*operations: Operation, interpolation: str = "bilinear") -> Chain:
    return Chain(tuple(map(Step, operations)), interpolation=interpolation)


def albumentations_chain(size: int) -> Callable[[np.ndarray], np.ndarray]:
    """The same seven steps, one after the other, as their documentation has it."""
    try:
        import albumentations as A
    except ImportError:
        sys.exit("This benchmark needs: pip install albumentations==2.0.8")
    reflect = {"border_mode": cv2.BORDER_REFLECT}
    chain = A.Compose(
        [
            A.Rotate((-10, 10), p=1, **reflect),
            A.Affine(translate_percent=(-0.05, 0.05), p=1, **reflect),
            A.Affine(scale=(0.9, 1.1), p=1, **reflect),
            A.RandomResizedCrop((size, size), scale=(0.7225, 1), ratio=(1, 1), p=1),
            A.HorizontalFlip(p=0.5),
            A.ColorJitter((0.8, 1.2), (0.8, 1.2), (0.8, 1.2), (0, 0), p=1),
            A.CoarseDropout((1, 1), (0.1, 0.2), (0.1, 0.2), p=1),
        ]
    )
    return lambda image: chain(image=image)["image"]


def torchvision_chain(size: int) -> Callable[[torch.Tensor], torch.Tensor]:
    bilinear = v2.InterpolationMode.BILINEAR
    return v2.Compose(
        [
            v2.RandomRotation(10, bilinear),
            v2.RandomAffine(0, translate=(0.05, 0.05), interpolation=bilinear),
            v2.RandomAffine(0, scale=(0.9, 1.1), interpolation=bilinear),
            v2.RandomResizedCrop(size, scale=(0.7225, 1), ratio=(1, 1), antialias=False),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(0.2, 0.2, 0.2),
            v2.RandomErasing(p=1, scale=(0.01, 0.04), ratio=(1, 1)),
        ]
    )


def seconds(*contestants: Callable[[], object]) -> list[float]:
    """The median processor time of each, turn by turn."""
    for contestant in contestants:
        contestant()
    return [median(times) for times in zip(*(_round(contestants) for _ in range(ROUNDS)), strict=True)]


def _round(contestants: tuple[Callable[[], object], ...]) -> Iterator[float]:
    for contestant in contestants:
        started = process_time()
        contestant()
        yield process_time() - started


def compare_single(channels: int) -> None:
    images = photos(256, channels)
    chain, other = chain_of(*GEOMETRY, *PHOTOMETRY), albumentations_chain(256)
    ours, theirs = seconds(
        lambda: [chain(image, seed) for seed, image in enumerate(images)], lambda: [other(image) for image in images]
    )
    name = "gray" if channels == 1 else "RGB"
    print(  # noqa: T201
        f"single 256 px {name}: chain {PHOTOS / ours:,.0f}/s, Albumentations {PHOTOS / theirs:,.0f}/s: "
        f"{theirs / ours:.1f} times as fast"
    )


def compare_batch(channels: int) -> None:
    images = photos(64, channels)
    tensors = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    chain, other = chain_of(*GEOMETRY, *PHOTOMETRY), torchvision_chain(64)
    ours, theirs = seconds(lambda: chain.batch(images, 1), lambda: torch.stack([other(image) for image in tensors]))
    print(  # noqa: T201
        f"batch 64 px, {channels} channels: chain {PHOTOS / ours:,.0f}/s, torchvision one by one "
        f"{PHOTOS / theirs:,.0f}/s: {theirs / ours:.1f} times as fast"
    )


def measure_previews() -> None:
    tiles = photos(160, 3)[:24]
    for name, chain in PRESETS.items():
        (taken,) = seconds(lambda chain=chain: chain.batch(tiles, 1))
        print(f"preview of {name}: {1000 * taken:.0f} ms")  # noqa: T201


def measure_detail() -> None:
    images = photos(256, 1).astype(np.float32) / 255
    chain = chain_of(*GEOMETRY)
    most = _detail(np.stack([_ideally_moved(image, chain, number) for number, image in enumerate(images)]))
    own = _detail(images)
    print(f"detail after an ideal resampling: {most / own:.2f} of the photos' own")  # noqa: T201
    for interpolation, goal in (("bilinear", 0.6), ("lanczos", 0.8)):
        kept = _detail(chain_of(*GEOMETRY, interpolation=interpolation).batch(images, SEED))
        print(f"detail kept, {interpolation}: {kept / most:.2f} of that (at least {goal})")  # noqa: T201
    apart = images
    for operation in GEOMETRY:
        apart = chain_of(operation).batch(apart, SEED)
    print(f"detail kept, bilinear, one step after the other: {_detail(apart) / most:.2f} of that")  # noqa: T201


def _ideally_moved(image: np.ndarray, chain: Chain, number: int) -> np.ndarray:
    """float32 (H, W, 1) by quintic splines, of the geometry that image `number` gets."""
    height, width = image.shape[:2]
    matrix = np.eye(3)
    for drawn in draw(chain.steps, 1.0, SEED, number, 1):
        if drawn.acts_on(0):
            matrix = drawn.operation.matrix(drawn.values_of(0), height, width) @ matrix
    middle = (width - 1) / 2, (height - 1) / 2
    places = np.stack(
        [*np.meshgrid(np.arange(width) - middle[0], np.arange(height) - middle[1]), np.ones((height, width))]
    )
    x, y, _ = np.einsum("ij,jhw->ihw", np.linalg.inv(matrix), places)
    return map_coordinates(image[..., 0], [y + middle[1], x + middle[0]], order=5, mode="reflect")[..., None]


def _detail(images: np.ndarray) -> float:
    return float(np.mean([cv2.Laplacian(image[32:-32, 32:-32], cv2.CV_32F).var() for image in images]))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for count in (1, 3):
        compare_single(count)
    for count in (1, 3):
        compare_batch(count)
    measure_previews()
    measure_detail()
