"""Steps that add noise. Its standard deviation is in percent of the way from black to white."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Photometry, Values, random_generator

Deviation = Annotated[float, Meta(ge=0.0, le=50.0, extra={"typical": (0.0, 15.0)})]
Deviations = Annotated[
    tuple[Deviation, Deviation],
    Meta(
        title="Standard deviation",
        description="In percent of the way from black to white.",
        extra={"unit": "%", "step": 0.5},
    ),
]
SMALLEST = 0.01
"""Percent of noise at white at which photons are counted no more exactly."""


class Noise(Photometry, frozen=True):
    category: ClassVar[Category] = "quality"
    chance: ClassVar[tuple[str, ...]] = ("texture",)
    generator_note: ClassVar[str] = "Generators train without it: they would paint the noise."


class GaussianNoise(Noise, frozen=True):
    name: ClassVar[str] = "gaussian_noise"
    title: ClassVar[str] = "Gaussian noise"
    summary: ClassVar[str] = "Adds the noise of a warm sensor, alike in dark and bright places."
    neutral: ClassVar[dict[str, float]] = {"deviation": 0.0}

    deviation: Deviations = (0.0, 4.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        return image + normal(values["texture"], image.shape) * np.float32(values["deviation"] / 100)


class PoissonNoise(Noise, frozen=True):
    name: ClassVar[str] = "poisson_noise"
    title: ClassVar[str] = "Poisson noise"
    summary: ClassVar[str] = "Adds the noise of few photons, which is stronger in bright places."
    neutral: ClassVar[dict[str, float]] = {"deviation": 0.0}

    deviation: Annotated[
        tuple[Deviation, Deviation],
        Meta(
            title="At white",
            description="Standard deviation at white, in percent: 1 is ten thousand photons, 10 is a hundred.",
            extra={"unit": "%", "step": 0.5},
        ),
    ] = (0.0, 6.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        photons = (100 / max(values["deviation"], SMALLEST)) ** 2
        return (random_generator(values["texture"]).poisson(image * photons) / photons).astype(np.float32)


class SpeckleNoise(Noise, frozen=True):
    name: ClassVar[str] = "speckle_noise"
    title: ClassVar[str] = "Speckle noise"
    summary: ClassVar[str] = "Multiplies each pixel by a random factor, as in ultrasound and radar."
    neutral: ClassVar[dict[str, float]] = {"deviation": 0.0}

    deviation: Annotated[
        tuple[Deviation, Deviation],
        Meta(
            title="Standard deviation",
            description="Of the factor, in percent.",
            extra={"unit": "%", "step": 0.5},
        ),
    ] = (0.0, 10.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        return image * (1 + normal(values["texture"], image.shape) * np.float32(values["deviation"] / 100))


class SaltAndPepper(Noise, frozen=True):
    name: ClassVar[str] = "salt_and_pepper"
    title: ClassVar[str] = "Salt and pepper"
    summary: ClassVar[str] = "Makes single pixels white or black, as dead ones are."
    neutral: ClassVar[dict[str, float]] = {"share": 0.0}
    any_depth: ClassVar[bool] = True

    share: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=20.0)], Annotated[float, Meta(ge=0.0, le=20.0)]],
        Meta(title="Share", description="Of the pixels, in percent.", extra={"unit": "%", "step": 0.1}),
    ] = (0.0, 1.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        numbers = random_generator(values["texture"]).random(image.shape[:2], np.float32)
        half, noisy = values["share"] / 200, image.copy()
        noisy[numbers < half] = 0
        noisy[(half <= numbers) & (numbers < 2 * half)] = 255 if image.dtype == np.uint8 else 1
        return noisy


def normal(texture: float, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal float32."""
    return random_generator(texture).standard_normal(shape, np.float32)
