"""Relatives among the 2,624 photos of ELPV: how many there are, how many are chance, how many contradict each other.

    python -m tests.benchmarks.quality_relatives

The set holds shots and sister wafers of the same part; earlier work at 64 px without whitening counted 773 images (29%)
with a relative at a correlation of 0.7, and contradicting labels in 24% of their groups.
"""

from collections import defaultdict
from pathlib import Path
from time import perf_counter

import elpv_dataset
import numpy as np
from PIL import Image

from models.events import finish
from studio.cleaning.relate import CHANCE, LEAST
from studio.cleaning.residuals import related
from studio.components import components
from studio.imaging.small_picture import SIDE

DATA = Path(elpv_dataset.__file__).parent / "data"
CHANCES = (3, 5, CHANCE, 20)


def main() -> None:
    rows = [line.split() for line in (DATA / "labels.csv").read_text().splitlines()]
    pictures = np.stack([_small(DATA / row[0]) for row in rows])
    defective = np.array([float(row[1]) >= 0.5 for row in rows])
    start = perf_counter()
    pairs, chance, _ = finish(related(pictures))
    print(f"{len(pictures):,} pictures in {perf_counter() - start:.1f} s")  # noqa: T201
    for per_thousand in CHANCES:
        limit = max(LEAST, chance[len(pictures) * per_thousand // 1000])
        _report(per_thousand, limit, pairs[pairs["value"] >= limit], (chance >= limit).sum(), defective)


def _report(per_thousand: int, limit: float, pairs: np.ndarray, by_chance: int, defective: np.ndarray) -> None:
    groups = defaultdict(list)
    for image, group in components(zip(pairs["first"].tolist(), pairs["second"].tolist(), strict=True)).items():
        groups[group].append(image)
    contradicting = np.mean([len(set(defective[images])) > 1 for images in groups.values()])
    images = sum(map(len, groups.values()))
    print(  # noqa: T201
        f"chance {per_thousand:2} in 1,000: limit {limit:.2f}, {len(pairs):,} pairs ({pairs['turned'].sum()} turned),"
        f" {by_chance / len(pairs):.1%} by chance; {images} images ({images / len(defective):.0%}) in {len(groups)}"
        f" groups, the largest of {max(map(len, groups.values()))}; {contradicting:.0%} contradict each other"
    )


def _small(file: Path) -> np.ndarray:
    with Image.open(file) as picture:
        return np.asarray(picture.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()
