"""Draws the sample data set: 128 px gray photos of brushed metal plates, good, scratched or pitted.

`python -m resources.sample.draw` draws it again into `resources/sample/images/CLASS/`.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.random import Generator
from PIL import Image

SIZE = 128
COUNTS = {"good": 60, "scratch": 36, "pits": 24}
FOLDER = Path(__file__).parent / "images"

_Y, _X = np.mgrid[:SIZE, :SIZE].astype(np.float64)


def draw(label: str, number: int) -> np.ndarray:
    """Photo `number` of a class, uint8 (SIZE, SIZE). The same every time."""
    rng = np.random.default_rng([list(COUNTS).index(label), number])
    metal = _brushed(rng) * _light(rng)
    metal += _DEFECTS[label](rng)
    softness = rng.uniform(0.4, 0.65)
    photo = _smear(metal, softness, softness, 0) + rng.normal(0, 0.008, metal.shape)
    return np.clip(np.rint(photo * 255), 0, 255).astype(np.uint8)


def draw_all(folder: Path) -> None:
    """Every photo as `folder/CLASS/CLASS-NN.png`."""
    for label, count in COUNTS.items():
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(1, count + 1):
            image = Image.fromarray(draw(label, number))
            image.save(folder / label / f"{label}-{number:02}.png", optimize=True)


def _brushed(rng: Generator) -> np.ndarray:
    """Brush marks: noise smeared along the brushing direction, long marks over short ones, around 1."""
    angle = np.deg2rad(rng.normal(0, 1.5))
    marks = np.zeros((SIZE, SIZE))
    for length, strength in ((240, 0.05), (50, 0.05), (10, 0.045)):
        smeared = _smear(rng.normal(size=(SIZE, SIZE)), length, 0.4, angle)
        marks += strength * smeared / smeared.std()
    return 1 + marks


def _light(rng: Generator) -> np.ndarray:
    """Brightness from a lamp above: a broad band of reflection, falling off to one side."""
    center, width = rng.uniform(0.15, 0.85) * SIZE, rng.uniform(0.4, 0.8) * SIZE
    band = np.exp(-(((_X - center + rng.normal(0, 0.15) * _Y) / width) ** 2))
    slope = rng.normal(0, 0.05) * (_Y / SIZE - 0.5)
    return rng.uniform(0.3, 0.38) + rng.uniform(0.22, 0.36) * band + slope


def _no_defect(rng: Generator) -> np.ndarray:
    return np.zeros((SIZE, SIZE))


def _scratches(rng: Generator) -> np.ndarray:
    """One to three long thin grooves across the brushing: a dark core with one lit edge, fading at both ends."""
    relief = np.zeros((SIZE, SIZE))
    angle = rng.uniform(0.25, np.pi - 0.25)
    for _ in range(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1])):
        relief += _groove(rng, angle + rng.normal(0, 0.12))
    return relief


def _groove(rng: Generator, angle: float) -> np.ndarray:
    middle = rng.uniform(0.25, 0.75, 2) * SIZE
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    t = np.linspace(-0.5, 0.5, 80)
    length, bow = rng.uniform(40, 130), rng.normal(0, 4)
    curve = middle + length * t[:, None] * along + bow * (1 - 4 * t[:, None] ** 2) * across
    offsets = np.stack([_X, _Y], axis=-1)[:, :, None] - curve
    nearest = np.argmin((offsets**2).sum(-1), axis=-1)
    distance = np.take_along_axis(offsets @ across, nearest[..., None], -1)[..., 0]
    past_end = np.take_along_axis(offsets @ along, nearest[..., None], -1)[..., 0]
    pressure = (1 - (2 * np.abs(t)) ** 4) * np.clip(1 + 0.35 * _wander(rng, len(t)), 0.2, None)
    width = rng.uniform(0.55, 1.0)
    core = np.exp(-((distance / width) ** 2))
    edge = np.exp(-(((distance - 1.9 * width) / (0.8 * width)) ** 2))
    profile = rng.uniform(0.3, 0.45) * edge - rng.uniform(0.2, 0.32) * core
    return profile * pressure[nearest] * np.exp(-((past_end / 2) ** 2))


def _pits(rng: Generator) -> np.ndarray:
    """A loose cluster of small ragged holes: dark inside, lit on the rim that faces the lamp."""
    relief = np.zeros((SIZE, SIZE))
    middle = rng.uniform(0.25, 0.75, 2) * SIZE
    spread = rng.uniform(10, 26)
    for _ in range(rng.integers(4, 12)):
        x, y = middle + rng.normal(0, spread, 2)
        radius = np.exp(rng.normal(0.75, 0.4))
        deep = _hole(rng, x, y, radius)
        rim = np.roll(deep, 1, axis=0) - np.roll(deep, -1, axis=0)
        relief += 0.22 * np.clip(rim, -0.2, None) - rng.uniform(0.2, 0.34) * deep
    return np.clip(relief, -0.36, 0.3)


def _hole(rng: Generator, x: float, y: float, radius: float) -> np.ndarray:
    """Depth 0..1 of a ragged hole: the radius wanders with the direction."""
    direction = np.arctan2(_Y - y, _X - x)
    ragged = sum(rng.normal(0, 0.2) / k * np.cos(k * direction + rng.uniform(0, 2 * np.pi)) for k in (1, 2, 3, 4))
    distance = np.hypot((_X - x) / rng.uniform(1, 1.5), _Y - y)
    return 1 / (1 + np.exp(np.clip(3 * (distance - radius * (1 + ragged)), -30, 30)))


_DEFECTS: dict[str, Callable[[Generator], np.ndarray]] = {"good": _no_defect, "scratch": _scratches, "pits": _pits}


def _wander(rng: Generator, count: int) -> np.ndarray:
    """A smooth random curve with a standard deviation near 1."""
    return np.convolve(rng.normal(size=count + 12), np.ones(13) / np.sqrt(13), mode="valid")


def _smear(image: np.ndarray, along: float, across: float, angle: float) -> np.ndarray:
    """Gaussian blur, by `along` px in the direction `angle` and `across` px square to it (periodic)."""
    fy, fx = np.meshgrid(np.fft.fftfreq(SIZE), np.fft.rfftfreq(SIZE), indexing="ij")
    u = fx * np.cos(angle) + fy * np.sin(angle)
    v = fy * np.cos(angle) - fx * np.sin(angle)
    keep = np.exp(-2 * np.pi**2 * ((along * u) ** 2 + (across * v) ** 2))
    return np.fft.irfft2(np.fft.rfft2(image) * keep, image.shape)


if __name__ == "__main__":
    draw_all(FOLDER)
