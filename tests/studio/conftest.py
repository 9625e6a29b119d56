import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image

from studio.project import Project
from studio.project.items import NewItem, add_items


@pytest.fixture
def project(tmp_path) -> Iterator[Project]:
    with Project.create(tmp_path / "project") as project:
        yield project


@pytest.fixture
def add_image(project: Project, tmp_path) -> Callable[..., int]:
    """Writes an image file, adds it as an item and returns its id."""

    def add_image(name: str, pixels: np.ndarray, **fields) -> int:
        path = tmp_path / "sources" / name
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
        height, width = pixels.shape[:2]
        new = NewItem(
            path=path,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            pixel_sha256=name,
            width=width,
            height=height,
            channels=1 if pixels.ndim == 2 else pixels.shape[2],
            depth=8 * pixels.itemsize,
            **fields,
        )
        return add_items(project, [new])[0]

    return add_image


@pytest.fixture
def photos(add_image) -> list[int]:
    """Ten photos of two classes."""
    pixels = np.random.default_rng(0).integers(0, 256, (10, 12, 16), dtype=np.uint8)
    return [
        add_image(f"MUELLER_Hans_{number}.png", image, label="scratch" if number % 2 else "good")
        for number, image in enumerate(pixels)
    ]
