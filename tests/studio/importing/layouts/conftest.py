from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from models.events import finish
from studio.importing.gather import gather
from studio.importing.layouts import LAYOUTS
from studio.importing.reading import Reading
from studio.importing.source import Problem


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "set"


@pytest.fixture
def images(folder) -> Callable[..., None]:
    """Writes images of 40 x 30 pixels, a different one for each name."""

    def images(*names: str) -> None:
        for number, name in enumerate(names):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = np.random.default_rng(number).integers(0, 256, (30, 40), dtype=np.uint8)
            Pillow.fromarray(pixels).save(path)

    return images


@pytest.fixture
def texts(folder) -> Callable[..., None]:
    """Writes text files, by name."""

    def texts(content: dict[str, str]) -> None:
        for name, text in content.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return texts


@pytest.fixture
def read(folder) -> Callable[..., Reading]:
    """Reads the folder as the layout that it is recognized as, or another."""

    def read(name: str | None = None, *sources: Path) -> Reading:
        listing = finish(gather(sources or [folder]))
        layout = LAYOUTS[name] if name else next(each for each in LAYOUTS.values() if each.recognize(listing))
        found = list(layout.read(listing))
        problems = [each for each in found if isinstance(each, Problem)]
        return Reading(layout.name, [each for each in found if not isinstance(each, Problem)], problems)

    return read


@pytest.fixture
def problems(folder) -> Callable[[Reading], dict[str, str]]:
    """What is wrong, by where below the folder."""
    return lambda reading: {each.where.removeprefix(f"{folder}/"): each.what for each in reading.problems}
