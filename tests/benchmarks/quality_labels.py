"""Swapped labels among Fashion-MNIST's: how many of the first in the queue are truly swapped, and whether it knows.

    python -m tests.benchmarks.quality_labels [IMAGES]

Needs Debian's package dataset-fashion-mnist. Target: at least 0.65 of the first k, at k swapped ones.
"""

import gzip
import sys
from io import BytesIO
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from PIL import Image

from models.events import finish
from models.metrics.features import EfficientNetLite0Features
from studio.cleaning.confident_learning import confidently_other, wrong_shares
from studio.imaging.features import directions
from studio.imaging.neighbors import principal
from studio.labeling.classifier import out_of_fold

DATA = Path("/usr/share/datasets/fashion-mnist")
SHARES = (0.0, 0.02, 0.05)
SEEDS = 3
TARGET = 0.65
FOUND = 0.1
"""Probability from which the check finds a label by default."""


def main() -> None:
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not there: install Debian's package dataset-fashion-mnist")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    rows, labels = _features(count), _read("train-labels-idx1-ubyte.gz", 8)[:count].astype(np.int64)
    for share in SHARES:
        for seed in range(SEEDS):
            _judge(rows, labels, share, np.random.default_rng(seed))


def _judge(rows: np.ndarray, true: np.ndarray, share: float, rng: np.random.Generator) -> None:
    swapped = rng.permutation(len(true))[: round(share * len(true))]
    labels = true.copy()
    labels[swapped] = (labels[swapped] + rng.integers(1, 10, len(swapped))) % 10
    start = perf_counter()
    probabilities = finish(out_of_fold(rows, labels, 10, range(len(labels))))
    wrong = wrong_shares(labels, probabilities)
    seconds = perf_counter() - start
    is_swapped, found = labels != true, wrong >= FOUND
    first = np.argsort(-wrong, kind="stable")[: len(swapped)]
    flagged = confidently_other(labels, probabilities)
    print(  # noqa: T201
        f"{share:.0%} swapped: {_share(is_swapped[first])} of the first {len(swapped)} (target {TARGET});"
        f" {found.sum()} found, {_share(is_swapped[found])} of them swapped, expected {_share(wrong[found])};"
        f" confident learning flags {flagged.sum()}, {_share(is_swapped[flagged])} swapped; {seconds:.1f} s"
    )


def _share(values: np.ndarray) -> str:
    return f"{values.mean():.2f}" if len(values) else "-"


def _features(count: int) -> np.ndarray:
    pictures = _read("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:count]
    images = torch.from_numpy(np.stack([_as_thumbnail(picture) for picture in pictures]))[:, None]
    return principal(directions(EfficientNetLite0Features()(images).numpy()))


def _as_thumbnail(picture: np.ndarray) -> np.ndarray:
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=80)
    return np.asarray(Image.open(file).resize((96, 96), Image.Resampling.BILINEAR))


def _read(name: str, offset: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress((DATA / name).read_bytes()), np.uint8, offset=offset)


if __name__ == "__main__":
    main()
