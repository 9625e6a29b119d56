"""Near copies among 2,000, 20,000 and 100,000 small pictures of parts that look alike: time, memory, steps to a cancel.

python -m tests.benchmarks.bench_near_copies

The pictures are blends of two ELPV photos each; one in a hundred is a noisy mirrored copy of another.
"""

from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import process_time

import elpv_dataset
import numpy as np

from studio.cleaning.compare import small_picture
from studio.cleaning.likeness import SIDE, alike
from studio.imaging.read import read_image
from studio.imaging.thumbnails import thumbnail

BLOCK = 5000
RECALL, MEGABYTES = 0.95, 1500
PEER = 266
"""Seconds in which imagededup compares 20,000 images."""


def small_photos() -> np.ndarray:
    files = sorted((Path(elpv_dataset.__file__).parent / "data" / "images").glob("*.png"))[::4]
    pixels = b"".join(small_picture(thumbnail(read_image(file))) for file in files)
    return np.frombuffer(pixels, np.uint8).reshape(-1, SIDE, SIDE)


def blends(photos: np.ndarray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Pictures, and of which the last ones are copies."""
    pictures = np.empty((count, SIDE, SIDE), np.uint8)
    for start in range(0, count, BLOCK):
        block = pictures[start : start + BLOCK]
        one, other = photos[rng.integers(0, len(photos), (2, len(block)))]
        share = rng.uniform(0.3, 0.7, (len(block), 1, 1))
        block[:] = share * one + (1 - share) * other[:, ::-1]
    copied = rng.permutation(count - count // 100)[: count // 100]
    noise = rng.normal(0, 3, (len(copied), SIDE, SIDE))
    pictures[-len(copied) :] = (pictures[copied][:, :, ::-1] + noise).clip(0, 255)
    return pictures, copied


def measure(pictures: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Pairs, processor seconds, and the longest step in processor seconds."""
    begun = last = process_time()
    longest = 0.0
    task = alike(pictures)
    while True:
        try:
            next(task)
        except StopIteration as end:
            return end.value, process_time() - begun, max(longest, process_time() - last)
        now = process_time()
        longest, last = max(longest, now - last), now


def main() -> None:
    photos = small_photos()
    for count in (2000, 20_000, 100_000):
        pictures, copied = blends(photos, count, np.random.default_rng(0))
        pairs, seconds, longest = measure(pictures)
        found = set(zip(pairs["first"].tolist(), pairs["second"].tolist(), strict=True))
        recall = np.mean([(source, count - len(copied) + place) in found for place, source in enumerate(copied)])
        megabytes = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        print(  # noqa: T201
            f"{count:7,}: {seconds:5.1f} s, {1000 * seconds / count:.2f} ms each, longest step {longest:.2f} s,"
            f" {megabytes:.0f} MB; recall {recall:.3f}",
            flush=True,
        )
        if count == 20_000:
            print(f"imagededup: {PEER / seconds:.0f} times as long", flush=True)  # noqa: T201
        assert recall >= RECALL and megabytes < MEGABYTES


if __name__ == "__main__":
    main()
