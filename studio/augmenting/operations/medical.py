"""Steps that do what scanners do: bias field, Rician noise, other windows, Gibbs ringing."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, GrayMean, Photometry, Tone, Values, random_generator
from studio.augmenting.operations.noises import Deviations, Noise

DEGREE = 3
"""Of the polynomial that a bias field is."""
Shift = Annotated[float, Meta(ge=-40.0, le=40.0)]


class BiasField(Photometry, frozen=True):
    """The exponential of a smooth random polynomial (Van Leemput et al. 1999)."""

    name: ClassVar[str] = "bias_field"
    title: ClassVar[str] = "Bias field"
    summary: ClassVar[str] = "Makes parts of the image brighter and others darker, as an uneven coil does in MRI."
    category: ClassVar[Category] = "medical"
    neutral: ClassVar[dict[str, float]] = {"amount": 0.0}
    chance: ClassVar[tuple[str, ...]] = ("texture",)
    generator_note: ClassVar[str] = "Generators train without it: they would paint the uneven brightness."

    amount: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=100.0)], Annotated[float, Meta(ge=0.0, le=100.0)]],
        Meta(
            title="Amount",
            description="How much brighter or darker the extremes are, in percent.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (10.0, 40.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        height, width = image.shape[:2]
        weights = random_generator(values["texture"]).uniform(-1, 1, (DEGREE + 1, DEGREE + 1))
        weights *= np.add.outer(range(DEGREE + 1), range(DEGREE + 1)) <= DEGREE
        weights[0, 0] = 0
        y, x = (np.linspace(-1, 1, length) for length in (height, width))
        field = np.polynomial.polynomial.polygrid2d(y, x, weights)
        field *= np.log1p(values["amount"] / 100) / max(np.abs(field).max(), 1e-9)
        return image * np.exp(field).astype(np.float32)[..., None]


class RicianNoise(Noise, frozen=True):
    """The magnitude of a signal with Gaussian noise in both its parts (Gudbjartsson & Patz 1995)."""

    name: ClassVar[str] = "rician_noise"
    title: ClassVar[str] = "Rician noise"
    summary: ClassVar[str] = "Adds the noise of MRI, which lifts black."
    category: ClassVar[Category] = "medical"
    neutral: ClassVar[dict[str, float]] = {"deviation": 0.0}

    deviation: Deviations = (0.0, 4.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        noise = random_generator(values["texture"]).standard_normal((2, *image.shape), np.float32)
        real, imaginary = noise * np.float32(values["deviation"] / 100)
        return np.hypot(image + real, imaginary)


class WindowJitter(Tone, frozen=True):
    name: ClassVar[str] = "window_jitter"
    title: ClassVar[str] = "Window and level"
    summary: ClassVar[str] = "Shows the image in a slightly other window, as another reader would set it."
    category: ClassVar[Category] = "medical"
    neutral: ClassVar[dict[str, float]] = {"level": 0.0, "width": 1.0}

    level: Annotated[
        tuple[Shift, Shift],
        Meta(
            title="Level",
            description="How far the window's middle moves, in percent of the way from black to white.",
            extra={"unit": "%", "step": 1.0},
        ),
    ] = (-5.0, 5.0)
    width: Annotated[
        tuple[Annotated[float, Meta(ge=0.3, le=3.0)], Annotated[float, Meta(ge=0.3, le=3.0)]],
        Meta(title="Width", description="Of the window: less is more contrast.", extra={"unit": "×", "step": 0.05}),
    ] = (0.85, 1.2)

    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        return (levels - np.float32(0.5 + values["level"] / 100)) / np.float32(values["width"]) + np.float32(0.5)


class GibbsRinging(Photometry, frozen=True):
    name: ClassVar[str] = "gibbs_ringing"
    title: ClassVar[str] = "Gibbs ringing"
    summary: ClassVar[str] = "Cuts off high frequencies, which leaves ripples beside edges, as a short MRI scan does."
    category: ClassVar[Category] = "medical"
    neutral: ClassVar[dict[str, float]] = {"cut": 0.0}
    generator_note: ClassVar[str] = "Generators train without it: they would paint the ripples."

    cut: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=90.0)], Annotated[float, Meta(ge=0.0, le=90.0)]],
        Meta(title="Cut off", description="Share of the frequencies, in percent.", extra={"unit": "%", "step": 1.0}),
    ] = (0.0, 50.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        spectrum = np.fft.rfft2(image, axes=(0, 1))
        kept = (1 - values["cut"] / 100) / 2  # cycles a pixel; the image itself has up to one half
        frequencies = np.abs(np.fft.fftfreq(image.shape[0])), np.fft.rfftfreq(image.shape[1])
        spectrum[frequencies[0] > kept] = 0
        spectrum[:, frequencies[1] > kept] = 0
        return np.fft.irfft2(spectrum, image.shape[:2], axes=(0, 1)).astype(np.float32)
