"""The two sets of images on which the quality of generators is measured, split once and for all."""

import gzip
from pathlib import Path

import numpy as np
import torch
from elpv_dataset.utils import load_dataset
from PIL import Image
from torch import Tensor

from models.data import ImageSet

FASHION_FOLDER = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts it."""
FASHION_CLASSES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
FASHION_TRAIN, FASHION_HELD_OUT = 5_000, 1_000


def elpv(side: int = 64) -> tuple[ImageSet, ImageSet]:
    """ELPV solar cells, gray, for training and held out (a fifth, at random); defective from a probability of .5 on."""
    photos, probability, _ = load_dataset()
    small = [np.asarray(Image.fromarray(photo).resize((side, side), Image.Resampling.BOX)) for photo in photos]
    images = torch.from_numpy(np.stack(small))[:, None]
    labels = torch.from_numpy((probability >= 0.5).astype(np.int64))
    order = torch.from_numpy(np.random.default_rng(0).permutation(len(images)))
    test, train = order[: len(order) // 5], order[len(order) // 5 :]
    classes = ("functional", "defective")
    return ImageSet(images[train], labels[train], classes), ImageSet(images[test], labels[test], classes)


def fashion() -> tuple[ImageSet, ImageSet]:
    """Fashion-MNIST, 28 px with a border of 2 px: the first 5,000 images to learn from, the first 1,000 of its test."""
    return _fashion("train", FASHION_TRAIN), _fashion("t10k", FASHION_HELD_OUT)


def with_flips(data: ImageSet) -> ImageSet:
    """Beside each image its mirror images, left to right, upside down, and both."""
    images = data.images
    return ImageSet(
        torch.cat([images, images.flip(3), images.flip(2), images.flip(2, 3)]), data.labels.repeat(4), data.classes
    )


def mixes(data: ImageSet) -> Tensor:
    """Each image evenly mixed with another one of its class."""
    partner = torch.arange(len(data))
    for label in range(len(data.classes)):
        members = (data.labels == label).nonzero().squeeze(1)
        partner[members] = members.roll(1)
    return ((data.images.to(torch.int32) + data.images[partner]) // 2).to(torch.uint8)


def _fashion(part: str, count: int) -> ImageSet:
    images = _idx(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)[:count]
    labels = _idx(f"{part}-labels-idx1-ubyte.gz", 8)[:count]
    padded = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    return ImageSet(torch.from_numpy(padded), torch.from_numpy(labels.astype(np.int64)), FASHION_CLASSES)


def _idx(name: str, header: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress((FASHION_FOLDER / name).read_bytes()), np.uint8, offset=header)
