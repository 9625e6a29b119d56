"""Near copies among 2,000, 20,000 and 100,000 pictures of parts that look alike: time, memory, steps to a cancel.

python -m tests.benchmarks.bench_near_copies

The pictures are blends of two ELPV photos each; one in a hundred is a noisy mirrored copy of another, one in a hundred
is another one without 5% of its width and height.
"""

from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import process_time

import elpv_dataset
import numpy as np
from PIL import Image

from models.events import Task, finish
from studio.cleaning.crops import crops
from studio.cleaning.likeness import alike
from studio.cleaning.usual import learn
from studio.cleaning.windows import gray, window
from studio.imaging.read import read_image
from studio.imaging.small_picture import SIDE, small_picture
from studio.imaging.thumbnails import thumbnail

BLOCK = 5000
RECALL, CROP_RECALL, MEGABYTES = 0.95, 0.8, 1500
PEER = 266
"""Seconds in which imagededup compares 20,000 images."""


class Blends:
    """Pictures by their place: the last ones are crops of the first ones, those before them copies of them."""

    def __init__(self, jpegs: list[bytes], count: int, rng: np.random.Generator) -> None:
        self._large = np.stack([np.asarray(gray(jpeg).resize((160, 160))) for jpeg in jpegs])
        small = np.stack([small_picture(np.asarray(gray(jpeg))) for jpeg in jpegs])
        self._made_of = rng.integers(0, len(jpegs), (count, 2))
        self._share = rng.uniform(0.3, 0.7, count)
        self.pictures = np.empty((count, SIDE, SIDE), np.uint8)
        for start in range(0, count, BLOCK):
            some = slice(start, min(start + BLOCK, count))
            self.pictures[some] = self._blend(small, some)
        self.planted = count // 100
        noise = rng.normal(0, 3, (self.planted, SIDE, SIDE))
        copies = slice(count - 2 * self.planted, count - self.planted)
        self.pictures[copies] = (self.pictures[: self.planted, :, ::-1] + noise).clip(0, 255)
        left, top = rng.uniform(0, 0.05, (2, self.planted))
        for place in range(self.planted):
            box = (left[place], left[place] + 0.95, top[place], top[place] + 0.95)
            self.pictures[count - self.planted + place] = window(self.thumbnail(place), box)

    def thumbnail(self, place: int) -> Image.Image:
        return Image.fromarray(self._blend(self._large, slice(place, place + 1))[0].astype(np.uint8))

    def _blend(self, photos: np.ndarray, some: slice) -> np.ndarray:
        one, other = photos[self._made_of[some, 0]], photos[self._made_of[some, 1]]
        share = self._share[some, None, None]
        return share * one + (1 - share) * other[:, ::-1]


def photos() -> Iterator[bytes]:
    for file in sorted((Path(elpv_dataset.__file__).parent / "data" / "images").glob("*.png"))[::4]:
        yield thumbnail(read_image(file))


def measure(task: Task[np.ndarray]) -> tuple[np.ndarray, float, float]:
    """Pairs, processor seconds, and the longest step in processor seconds."""
    begun = last = process_time()
    longest = 0.0
    while True:
        try:
            next(task)
        except StopIteration as end:
            return end.value, process_time() - begun, max(longest, process_time() - last)
        now = process_time()
        longest, last = max(longest, now - last), now


def main() -> None:
    jpegs = list(photos())
    for count in (2000, 20_000, 100_000):
        blends = Blends(jpegs, count, np.random.default_rng(0))
        last = count - blends.planted
        usual = finish(learn(blends.pictures))
        copies = run("copies", alike(blends.pictures, usual), blends, last - blends.planted, RECALL)
        cut = run("crops", crops(blends.pictures, usual, blends.thumbnail), blends, last, CROP_RECALL)
        if count == 20_000:
            say(f"imagededup: {PEER / copies:.0f} times as long for copies, {PEER / (copies + cut):.0f} for both")


def run(name: str, task: Task[np.ndarray], blends: Blends, planted_at: int, least: float) -> float:
    """Processor seconds. planted_at: the place from which those stand that are to be found."""
    count = len(blends.pictures)
    pairs, seconds, longest = measure(task)
    found = set(zip(pairs["first"].tolist(), pairs["second"].tolist(), strict=True))
    recall = np.mean([(source, planted_at + source) in found for source in range(blends.planted)])
    megabytes = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    say(
        f"{count:7,} {name}: {seconds:5.1f} s, {1000 * seconds / count:.2f} ms each, longest step {longest:.2f} s,"
        f" {megabytes:.0f} MB; recall {recall:.3f}, {len(pairs):,} pairs"
    )
    assert recall >= least and megabytes < MEGABYTES
    return seconds


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
