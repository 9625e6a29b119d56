from collections.abc import Callable

import numpy as np
import pytest

from studio.augmenting import Chain, Step
from studio.augmenting.operations.tones import Invert
from studio.evaluating import comparison
from studio.project import Project
from studio.project.edits import edit


@pytest.fixture
def few_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usefulness test adds 20 images of each kind to each class."""
    monkeypatch.setattr(comparison, "FEWEST_ADDED", 20)


@pytest.fixture
def lamps(project: Project, add_image: Callable[..., int], few_added: None) -> Project:
    """Noise that is bright in one class and dark in the other: 20 training and 12 held-out images of each."""
    rng = np.random.default_rng(0)
    sides = {}
    for number in range(64):
        label, side = ("off", "on")[number % 2], "test" if number >= 40 else "train"
        pixels = rng.normal(60 if label == "off" else 195, 45, (24, 24)).clip(0, 255).astype(np.uint8)
        sides[add_image(f"{number}.png", pixels, label=label)] = side
    edit(project, "split", "split", sides)
    return project


@pytest.fixture
def inverted() -> Chain:
    """Makes of each lamp one of the other class."""
    return Chain((Step(Invert(probability=1.0)),))
