"""Steps that spread levels from black to white: evenly, or by how often they occur, in the image or tile by tile."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Flips, Photometry, Values

BINS = 65536


class AutoContrast(Photometry, frozen=True):
    name: ClassVar[str] = "auto_contrast"
    title: ClassVar[str] = "Auto contrast"
    summary: ClassVar[str] = "Stretches each color so that its darkest pixel is black and its brightest white."
    category: ClassVar[Category] = "color"
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed tones."

    probability: Flips = 0.2

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        import cv2

        return np.stack([_stretched(color) for color in cv2.split(image)], -1)


class Equalize(Photometry, frozen=True):
    name: ClassVar[str] = "equalize"
    title: ClassVar[str] = "Equalize"
    summary: ClassVar[str] = "Spreads the levels of each color so that all occur alike; flat images get grainy."
    category: ClassVar[Category] = "color"
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed tones."

    probability: Flips = 0.2

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        import cv2

        equalize = cv2.equalizeHist if image.dtype == np.uint8 else _equalized
        return np.stack([equalize(color) for color in cv2.split(image)], -1)


class Clahe(Photometry, frozen=True):
    """Contrast-limited adaptive histogram equalization (Zuiderveld 1994)."""

    name: ClassVar[str] = "clahe"
    title: ClassVar[str] = "Local contrast"
    summary: ClassVar[str] = "Brings out detail in dark and bright places alike (CLAHE)."
    category: ClassVar[Category] = "color"
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed tones."

    limit: Annotated[
        tuple[Annotated[float, Meta(ge=1.0, le=10.0)], Annotated[float, Meta(ge=1.0, le=10.0)]],
        Meta(title="Limit", description="More brings out more, noise too.", extra={"step": 0.5}),
    ] = (1.0, 3.0)
    tiles: Annotated[int, Meta(title="Tiles", description="Across and down.", ge=2, le=16)] = 8
    probability: Flips = 0.5

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        """On the luminance. Deep images keep their depth: what changes at eight bits is added to them."""
        if image.dtype == np.uint8:
            return self._enhanced(image, values["limit"])
        shallow = np.rint(image * 255).astype(np.uint8)
        return image + (self._enhanced(shallow, values["limit"]).astype(np.float32) - shallow) / 255

    def _enhanced(self, image: np.ndarray, limit: float) -> np.ndarray:
        """uint8 (H, W, 1 or 3)"""
        import cv2

        clahe = cv2.createCLAHE(limit, (self.tiles, self.tiles))
        if image.shape[2] == 1:
            return clahe.apply(image).reshape(image.shape)
        colors = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
        colors[..., 0] = clahe.apply(np.ascontiguousarray(colors[..., 0]))
        return cv2.cvtColor(colors, cv2.COLOR_YCrCb2RGB)


def _stretched(image: np.ndarray) -> np.ndarray:
    """uint8 or float32 (H, W) in 0..1 from black to white."""
    import cv2

    low, high, *_ = cv2.minMaxLoc(image)
    if low == high:
        return image
    factor = (255 if image.dtype == np.uint8 else 1) / (high - low)
    return cv2.addWeighted(image, factor, image, 0, -low * factor)


def _equalized(image: np.ndarray) -> np.ndarray:
    """float32 (H, W) in 0..1 with each level moved to the share of pixels that are darker, black staying black."""
    levels = np.rint(image * (BINS - 1)).astype(np.intp)
    below = np.cumsum(np.bincount(levels.ravel(), minlength=BINS))
    darkest = below[levels.min()]
    if darkest == below[-1]:
        return image
    return ((below - darkest) / (below[-1] - darkest)).clip(0).astype(np.float32)[levels]
