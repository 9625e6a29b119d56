"""Projects of many items without any file: for tests and benchmarks of what happens at scale."""

import hashlib
from collections.abc import Iterator

import numpy as np

from studio.project import Project
from studio.project.items import NewItem, add_items

CLASSES = ("good", "scratch", "dent", None)
PARTS_OF_A_LOT = 250


def add_many(project: Project, count: int) -> list[int]:
    """Add `count` 12-bit images of 640 x 480 px: four classes, one of them none, lots of 250, plausible scores."""
    return add_items(project, _many(project, count))


def _many(project: Project, count: int) -> Iterator[NewItem]:
    folder = project.folder.parent / "parts"
    sharpness = np.random.default_rng(0).uniform(0.5, 1, count)
    for number in range(count):
        digest = hashlib.sha256(number.to_bytes(8)).hexdigest()
        yield NewItem(
            path=folder / f"part_{number:07}.png",
            sha256=digest,
            pixel_sha256=digest,
            width=640,
            height=480,
            channels=1,
            depth=12,
            label=CLASSES[number % len(CLASSES)],
            fields={"lot": str(number // PARTS_OF_A_LOT)},
            split="test" if number % 5 == 0 else "train",
            scores={"sharpness": sharpness[number], "contrast": 300.0, "black": 20.0, "white": 3900.0},
        )
