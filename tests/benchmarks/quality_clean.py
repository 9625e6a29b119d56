"""Faults planted among the ELPV photos: how many are found, and how many findings are not what they seem.

python -m tests.benchmarks.quality_clean

Photos of the same or a sister cell lie close in the file order, or a constant apart (re-shots): pairs of copies farther
apart than `NEAR`, but for those re-shots, are counted as false. Of the other faults the photos as they come have some.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import process_time

import elpv_dataset
import numpy as np
from PIL import Image, ImageFilter

from models.events import finish
from studio.cleaning import CHECKS, check_named, expected_false, scan
from studio.cleaning.unusual import Unusual, _deviations
from studio.importing import import_sources
from studio.project import Project

COPIES, FAULTS_EACH = 400, 20
NEAR = 300
RESHOT = 542
RECALL, CROP_RECALL, FALSE_IN_1000, AUROC = 0.95, 0.8, 1.0, 0.98

Change = Callable[[Image.Image], Image.Image]


def toned(image: Image.Image, tone: Callable[[float], float]) -> Image.Image:
    return image.point([round(255 * min(1, max(0, tone(value / 255)))) for value in range(256)])


def noisy(image: Image.Image, sigma: float) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, sigma, (image.height, image.width))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def saved(image: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def cropped(image: Image.Image, across: float, down: float, share: float = 0.05) -> Image.Image:
    """Without a share of its width and height; `across` and `down`: how much of that at the left and the top."""
    width, height = round((1 - share) * image.width), round((1 - share) * image.height)
    left, top = round(across * (image.width - width)), round(down * (image.height - height))
    return image.crop((left, top, left + width, top + height))


CHANGES: dict[str, Change] = {
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
CROPS: dict[str, Change] = {
    "crop 5%, middle": lambda image: cropped(image, 0.5, 0.5),
    "crop 5%, corner": lambda image: cropped(image, 0, 1),
    "crop 5%, anywhere": lambda image: cropped(image, 0.3, 0.8),
}
FAULTS: dict[str, tuple[str, Change]] = {
    "blur of sigma 2": ("blurred", lambda image: image.filter(ImageFilter.GaussianBlur(2))),
    "blur of sigma 3": ("blurred", lambda image: image.filter(ImageFilter.GaussianBlur(3))),
    "brightness x0.2": ("dark", lambda image: toned(image, lambda value: 0.2 * value)),
    "brightness x0.2 + 0.8": ("bright", lambda image: toned(image, lambda value: 0.8 + 0.2 * value)),
    "contrast x0.2": ("low_contrast", lambda image: toned(image, lambda value: 0.4 + 0.2 * (value - 0.5))),
    "even": ("empty", lambda image: toned(image, lambda value: 0.4 + 0.01 * value)),
    "gain x2.5": ("saturated", lambda image: toned(image, lambda value: 2.5 * value)),
    "size x0.5": ("odd_size", lambda image: image.resize((image.width // 2, image.height // 2))),
    "half of it": ("odd_aspect", lambda image: image.crop((0, 0, image.width, image.height // 2))),
    "a tint": ("unexpected_color", lambda image: Image.merge("RGB", (image, image, toned(image, lambda v: 0.8 * v)))),
}


def plant_copies(files: list[Path], folder: Path, rng: random.Random) -> dict[str, str]:
    """Write changed copies, each but the crops also flipped or turned at random; the kind of change by stem."""
    planted = {}
    kinds = list(CHANGES | CROPS)
    for place, file in enumerate(rng.sample(files, COPIES)):
        kind = kinds[place % len(kinds)]
        changed = (CHANGES | CROPS)[kind](Image.open(file).convert("L"))
        if kind in CHANGES:
            turn = rng.choice([None, *Image.Transpose]) if kind != "flip or turn" else rng.choice(list(Image.Transpose))
            changed = changed if turn is None else changed.transpose(turn)
        changed.save(folder / f"{file.stem} copy.png")
        planted[file.stem] = kind
    return planted


def plant_faults(files: list[Path], folder: Path, rng: random.Random) -> None:
    for name, (_, change) in FAULTS.items():
        for file in rng.sample(files, FAULTS_EACH):
            change(Image.open(file).convert("L")).save(folder / f"{file.stem} {name}.png")


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def copies(files: list[Path], rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "copies"
        folder.mkdir()
        planted = plant_copies(files, folder, rng)
        with Project.create(Path(name) / "cells") as project:
            finish(import_sources(project, [files[0].parent, folder]))
            start = process_time()
            findings = finish(scan(project, ["near_copy"]))
            seconds = process_time() - start
            names = dict(project.db.execute("SELECT id, path FROM item").fetchall())
            doubt = expected_false(project, findings)["near_copy"]
    pairs = [(Path(finding.file).stem, Path(names[finding.related[0]]).stem) for finding in findings]
    report(planted, pairs, len(files) + COPIES)
    say(f"expected to be false: {doubt:.1%}; search {seconds:.1f} s")


def report(planted: dict[str, str], pairs: list[tuple[str, str]], images: int) -> None:
    found = {first.removesuffix(" copy") for pair in pairs for first in pair if first.endswith(" copy")}
    kinds, hits = Counter(planted.values()), Counter(planted[stem] for stem in planted if stem in found)
    for kind in kinds:
        say(f"{kind:18s} {hits[kind] / kinds[kind]:.2f}")
    apart = [abs(number(first) - number(second)) for first, second in pairs]
    false = sum(gap > NEAR and abs(gap - RESHOT) > 2 for gap in apart)
    for group, target in ((CHANGES, RECALL), (CROPS, CROP_RECALL)):
        say(f"recall {sum(hits[kind] for kind in group) / sum(kinds[kind] for kind in group):.3f} (target {target})")
    say(
        f"{1000 * false / images:.2f} false pairs in 1,000 images (target {FALSE_IN_1000});"
        f" {len(pairs)} pairs, {sum(gap > 0 for gap in apart) - false} of them relatives"
    )


def number(stem: str) -> int:
    return int(stem.removesuffix(" copy").removeprefix("cell"))


def faults(files: list[Path], rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "faults"
        folder.mkdir()
        plant_faults(files, folder, rng)
        with Project.create(Path(name) / "cells") as project:
            finish(import_sources(project, [files[0].parent, folder]))
            checks = [check.name for check in CHECKS if check.name in {check for check, _ in FAULTS.values()}]
            findings = finish(scan(project, checks))
            doubt = expected_false(project, findings)
            separated = {name: separation(project, name) for name in FAULTS}
    stems = {check: {Path(each.file).stem for each in findings if each.check == check} for check in checks}
    for fault, (check, _) in FAULTS.items():
        mine = sum(stem.endswith(f" {fault}") for stem in stems[check]) / FAULTS_EACH
        photos = sum(" " not in stem for stem in stems[check])
        say(
            f"{check:17s} {fault:22s} found {mine:.2f}, AUROC {separated[fault]:.3f};"
            f" {photos:3d} of {len(files)} photos too, expected to be false {doubt.get(check, 0):.0%}"
        )


def separation(project: Project, fault: str) -> float:
    """How well a check's measure tells a fault from the photos as they come."""
    check = check_named(FAULTS[fault][0])
    if not issubclass(check, Unusual):
        return float("nan")
    rows, measures = check(check.Settings()).measures(project)
    away = _deviations(measures)
    away = np.abs(away) if check.both_sides else away
    stems = [Path(row["path"]).stem for row in rows]
    planted = np.array([stem.endswith(f" {fault}") for stem in stems])
    return auroc(away[planted], away[np.array([" " not in stem for stem in stems])])


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Half a point for those that are equal."""
    ordered = np.sort(negative)
    below, upto = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + upto).mean() / 2 / len(negative))


def main() -> None:
    files = sorted((Path(elpv_dataset.__file__).parent / "data" / "images").glob("*.png"))
    copies(files, random.Random(0))
    faults(files, random.Random(1))


if __name__ == "__main__":
    main()
