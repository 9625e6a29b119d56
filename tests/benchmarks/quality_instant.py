"""What Instant's samples score on the ELPV photos beside real images, copies and mixes. Run it as a program; minutes.

64 px, a fifth held out, 1,000 samples in the classes' proportions, three seeds, median.
"""

import time

import numpy as np
import torch
from image_sets import elpv, mixes
from torch import Tensor

from models.data import ImageSet, to_bytes
from models.events import finish
from models.families.instant import Instant, InstantSettings
from models.metrics import EfficientNetLite0Features, Judge, Scores

SAMPLES = 1000
SEEDS = (0, 1, 2)
FIGURES = ("fid", "kid", "precision", "recall", "coverage", "ssim", "nearest", "copies")
CASES = {
    "default": InstantSettings(),
    "K = 200, r = 10": InstantSettings(clusters=200, factors=10),
    "K = 200, r = 5": InstantSettings(clusters=200, factors=5),
}


def main() -> None:
    train, held_out = elpv()
    judge = finish(Judge.prepare(EfficientNetLite0Features(), train, held_out))
    show("real, held out", [finish(judge.floor(SAMPLES))])
    show("copies, mirrored", [score(judge, train.images[:SAMPLES].flip(3))])
    show("mixes of a class", [score(judge, mixes(train)[:SAMPLES])])
    for name, settings in CASES.items():
        show(f"{name}, with mirror images", *sample(mirrored(train), settings, judge))
    show("default, without", *sample(train, InstantSettings(), judge))


def mirrored(data: ImageSet) -> ImageSet:
    return ImageSet(torch.cat([data.images, data.images.flip(3)]), data.labels.repeat(2), data.classes)


def sample(data: ImageSet, settings: InstantSettings, judge: Judge) -> tuple[list[Scores], str]:
    results, found, seconds = [], {}, []
    for seed in SEEDS:
        family = Instant(settings, data.shape, data.class_count)
        started = time.perf_counter()
        found = finish(family.fit(data, seed))
        seconds.append(time.perf_counter() - started)
        random = torch.Generator().manual_seed(seed)
        labels = data.labels[torch.randperm(len(data), generator=random)[:SAMPLES]]
        latents = torch.randn(SAMPLES, family.latent_size, generator=random)
        results.append(score(judge, to_bytes(family.sample(latents, labels))))
    return results, f"{np.median(seconds):.1f} s, {found}"


def score(judge: Judge, images: Tensor) -> Scores:
    return finish(judge.score(images))


def show(name: str, results: list[Scores], note: str = "") -> None:
    figures = " ".join(f"{figure} {np.median([getattr(s, figure) for s in results]):.3g}" for figure in FIGURES)
    print(f"{name} (n = {results[0].n}): {figures} {note}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
