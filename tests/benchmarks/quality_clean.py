"""Faults planted among the ELPV photos: how many are found, and how many findings are not what they seem.

python -m tests.benchmarks.quality_clean

Photos of the same or a sister cell lie close in the file order, or a constant apart (re-shots): pairs farther apart
than `NEAR`, but for those re-shots, are counted as false. Blur is planted as well.
"""

import random
import tempfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from time import process_time

import elpv_dataset
import numpy as np
from PIL import Image, ImageFilter

from models.events import finish
from studio.cleaning import expected_false, scan
from studio.importing import import_sources
from studio.importing.scores import _reduced, _sharpness
from studio.project import Project

COPIES = 400
NEAR = 300
RESHOT = 542
RECALL, FALSE_IN_1000, AUROC = 0.95, 1.0, 0.98


def toned(image: Image.Image, tone) -> Image.Image:
    return image.point([round(255 * min(1, max(0, tone(value / 255)))) for value in range(256)])


def noisy(image: Image.Image, sigma: float) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, sigma, (image.height, image.width))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def saved(image: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


CHANGES = {
    "JPEG q30": lambda image: saved(image, 30),
    "JPEG q60": lambda image: saved(image, 60),
    "JPEG q95": lambda image: saved(image, 95),
    "size x0.5": lambda image: image.resize((image.width // 2, image.height // 2)),
    "size x2": lambda image: image.resize((image.width * 2, image.height * 2)),
    "brightness x0.7": lambda image: toned(image, lambda value: 0.7 * value),
    "brightness x1.2": lambda image: toned(image, lambda value: 1.2 * value),
    "brightness +0.1": lambda image: toned(image, lambda value: value + 0.1),
    "contrast x0.7": lambda image: toned(image, lambda value: 0.5 + 0.7 * (value - 0.5)),
    "contrast x1.3": lambda image: toned(image, lambda value: 0.5 + 1.3 * (value - 0.5)),
    "gamma 0.7": lambda image: toned(image, lambda value: value**0.7),
    "gamma 1.4": lambda image: toned(image, lambda value: value**1.4),
    "noise 5": lambda image: noisy(image, 5),
    "noise 10": lambda image: noisy(image, 10),
    "flip or turn": lambda image: image,
}
CROPS = {
    "crop 5%, middle": lambda image: cropped(image, 0.5, 0.5),
    "crop 5%, corner": lambda image: cropped(image, 0, 0),
    "crop 5%, anywhere": lambda image: cropped(image, 0.3, 0.8),
}


def plant(files: list[Path], folder: Path, rng: random.Random) -> dict[str, str]:
    """Write changed copies, each also flipped or turned at random; the kind of change by stem."""
    planted = {}
    for number, file in enumerate(rng.sample(files, COPIES)):
        kind = list(CHANGES)[number % len(CHANGES)]
        turn = rng.choice([None, *Image.Transpose]) if kind != "flip or turn" else rng.choice(list(Image.Transpose))
        changed = CHANGES[kind](Image.open(file).convert("L"))
        changed = changed if turn is None else changed.transpose(turn)
        changed.save(folder / f"{file.stem} copy.png")
        planted[file.stem] = kind
    return planted


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    ranks = np.concatenate([positive, negative]).argsort().argsort() + 1
    return (ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2) / len(positive) / len(negative)


def main() -> None:
    files = sorted((Path(elpv_dataset.__file__).parent / "data" / "images").glob("*.png"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "copies"
        folder.mkdir()
        planted = plant(files, folder, random.Random(0))
        with Project.create(Path(name) / "cells") as project:
            finish(import_sources(project, [files[0].parent, folder]))
            start = process_time()
            findings = finish(scan(project))
            seconds = process_time() - start
            near = [finding for finding in findings if finding.check == "near_copy"]
            names = dict(project.db.execute("SELECT id, path FROM item").fetchall())
            doubt = expected_false(project, findings)
    pairs = [(Path(finding.file).stem, Path(names[finding.related[0]]).stem) for finding in near]
    report(planted, pairs, len(files) + COPIES)
    print(f"expected to be false: {doubt['near_copy']:.1%}; scan {seconds:.1f} s")  # noqa: T201
    blur(files[::4])


def report(planted: dict[str, str], pairs: list[tuple[str, str]], images: int) -> None:
    found = {first.removesuffix(" copy") for pair in pairs for first in pair if first.endswith(" copy")}
    kinds, hits = Counter(planted.values()), Counter(planted[stem] for stem in planted if stem in found)
    for kind in kinds:
        print(f"{kind:16s} {hits[kind] / kinds[kind]:.2f}")  # noqa: T201
    recall = sum(hits.values()) / len(planted)
    apart = [abs(number(first) - number(second)) for first, second in pairs]
    false = sum(gap > NEAR and abs(gap - RESHOT) > 2 for gap in apart)
    print(  # noqa: T201
        f"recall {recall:.3f} (target {RECALL}), {1000 * false / images:.2f} false pairs in 1,000 images"
        f" (target {FALSE_IN_1000}); {len(pairs)} pairs, {sum(gap > 0 for gap in apart)} of them relatives"
    )


def number(stem: str) -> int:
    return int(stem.removesuffix(" copy").removeprefix("cell"))


def blur(files: list[Path]) -> None:
    images = [Image.open(file).convert("L") for file in files]
    sharp = np.array([_sharpness(_reduced(np.asarray(image))) for image in images])
    for sigma in (1.5, 2, 3):
        blurred = [image.filter(ImageFilter.GaussianBlur(sigma)) for image in images[::3]]
        soft = np.array([_sharpness(_reduced(np.asarray(image))) for image in blurred])
        print(f"blur of sigma {sigma}: AUROC {auroc(-soft, -sharp):.4f} (target {AUROC} from 2 on)")  # noqa: T201


if __name__ == "__main__":
    main()
