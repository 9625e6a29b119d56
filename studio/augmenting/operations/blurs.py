"""Steps that blur or sharpen. Lengths are in percent of the image's shorter side: a preview looks like the original."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Photometry, Values

Radius = Annotated[float, Meta(ge=0.0, le=5.0, extra={"typical": (0.0, 2.0)})]
Length = Annotated[float, Meta(ge=0.0, le=10.0)]
SMALLEST_SIGMA = 1e-3


class Filter(Photometry, frozen=True):
    category: ClassVar[Category] = "quality"
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the blur."


class GaussianBlur(Filter, frozen=True):
    name: ClassVar[str] = "gaussian_blur"
    title: ClassVar[str] = "Gaussian blur"
    summary: ClassVar[str] = "Blurs the image softly."
    neutral: ClassVar[dict[str, float]] = {"sigma": 0.0}

    sigma: Annotated[
        tuple[Radius, Radius],
        Meta(
            title="Sigma",
            description="Standard deviation in percent of the shorter side.",
            extra={"unit": "%", "step": 0.05},
        ),
    ] = (0.0, 0.6)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        return _blurred(image, values["sigma"] / 100 * min(image.shape[:2]))


class MotionBlur(Filter, frozen=True):
    name: ClassVar[str] = "motion_blur"
    title: ClassVar[str] = "Motion blur"
    summary: ClassVar[str] = "Smears the image along a line, as if camera or part had moved."
    neutral: ClassVar[dict[str, float]] = {"length": 0.0}

    length: Annotated[
        tuple[Length, Length],
        Meta(title="Length", description="In percent of the shorter side.", extra={"unit": "%", "step": 0.1}),
    ] = (0.0, 3.0)
    angle: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=180.0)], Annotated[float, Meta(ge=0.0, le=180.0)]],
        Meta(title="Angle", description="0 is sideways, 90 up and down.", extra={"unit": "°", "step": 1.0}),
    ] = (0.0, 180.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        half, angle = values["length"] / 200 * min(image.shape[:2]), np.radians(values["angle"])
        x, y = _kernel_grid(half)
        along = np.abs(x * np.cos(angle) - y * np.sin(angle))
        across = np.abs(x * np.sin(angle) + y * np.cos(angle))
        return _filtered(image, (half + 0.5 - along).clip(0, 1) * (1 - across).clip(0))


class DefocusBlur(Filter, frozen=True):
    name: ClassVar[str] = "defocus_blur"
    title: ClassVar[str] = "Defocus"
    summary: ClassVar[str] = "Spreads each point to a disk, as a lens out of focus does."
    neutral: ClassVar[dict[str, float]] = {"radius": 0.0}

    radius: Annotated[
        tuple[Radius, Radius],
        Meta(title="Radius", description="In percent of the shorter side.", extra={"unit": "%", "step": 0.05}),
    ] = (0.0, 1.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        radius = values["radius"] / 100 * min(image.shape[:2])
        return _filtered(image, (radius + 0.5 - np.hypot(*_kernel_grid(radius))).clip(0, 1))


class Sharpen(Filter, frozen=True):
    name: ClassVar[str] = "sharpen"
    title: ClassVar[str] = "Sharpen"
    summary: ClassVar[str] = "Makes edges stand out, and noise with them (unsharp mask)."
    neutral: ClassVar[dict[str, float]] = {"amount": 0.0}
    generator_note: ClassVar[str] = "Generators train without it: they would paint the halos."

    amount: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=5.0)], Annotated[float, Meta(ge=0.0, le=5.0)]],
        Meta(title="Amount", description="0 leaves the image, 1 doubles its detail.", extra={"unit": "×", "step": 0.1}),
    ] = (0.0, 1.0)
    sigma: Annotated[
        float,
        Meta(
            title="Sigma",
            description="How fine the detail is, in percent of the shorter side.",
            ge=0.1,
            le=5.0,
            extra={"unit": "%", "step": 0.1},
        ),
    ] = 0.4

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        import cv2

        blurred = _blurred(image, self.sigma / 100 * min(image.shape[:2]))
        return cv2.addWeighted(image, 1 + values["amount"], blurred.reshape(image.shape), -values["amount"], 0)


def _blurred(image: np.ndarray, sigma: float) -> np.ndarray:
    import cv2

    return cv2.GaussianBlur(image, (0, 0), max(sigma, SMALLEST_SIGMA), borderType=cv2.BORDER_REFLECT)


def _kernel_grid(radius: float) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the pixels around the middle one that a kernel of that radius touches."""
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return x, y


def _filtered(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    import cv2

    return cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
