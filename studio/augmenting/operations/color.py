"""Steps that change hue and saturation, alone or together with brightness and contrast."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Compound, Flips, Operation, Photometry, Values
from studio.augmenting.operations.tones import Brightness, Contrast, Factor

GRAY_WEIGHTS = np.array([0.299, 0.587, 0.114])
"""Of red, green and blue in gray (ITU-R BT.601)."""

Turn = Annotated[float, Meta(ge=-180.0, le=180.0, extra={"typical": (-45.0, 45.0)})]


class Saturation(Photometry, frozen=True):
    name: ClassVar[str] = "saturation"
    title: ClassVar[str] = "Saturation"
    summary: ClassVar[str] = "Makes colors paler or stronger. Does nothing to gray images."
    category: ClassVar[Category] = "color"
    neutral: ClassVar[dict[str, float]] = {"factor": 1.0}
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed colors."

    factor: Annotated[
        tuple[Factor, Factor],
        Meta(title="Factor", description="1 leaves it, 0 is gray.", extra={"unit": "×", "step": 0.05}),
    ] = (0.8, 1.2)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        return _saturated(image, values["factor"])


class Hue(Photometry, frozen=True):
    name: ClassVar[str] = "hue"
    title: ClassVar[str] = "Hue"
    summary: ClassVar[str] = "Turns all colors around the color circle. Does nothing to gray images."
    category: ClassVar[Category] = "color"
    neutral: ClassVar[dict[str, float]] = {"turn": 0.0}
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed colors."

    turn: Annotated[
        tuple[Turn, Turn],
        Meta(title="Turn", description="120° makes red green.", extra={"unit": "°", "step": 1.0}),
    ] = (-8.0, 8.0)

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        import cv2

        if image.shape[2] == 1:
            return image
        colors = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        colors[..., 0] = colors[..., 0] + np.float32(values["turn"] % 360)  # OpenCV knows hues beyond 360, none below 0
        return cv2.cvtColor(colors, cv2.COLOR_HSV2RGB)


class Gray(Photometry, frozen=True):
    name: ClassVar[str] = "gray"
    title: ClassVar[str] = "Gray"
    summary: ClassVar[str] = "Takes the color out of the image."
    category: ClassVar[Category] = "color"
    any_depth: ClassVar[bool] = True
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed colors."

    probability: Flips = 0.2

    def apply(self, image: np.ndarray, values: Values) -> np.ndarray:
        return _saturated(image, 0.0)


class ColorJitter(Compound, frozen=True):
    name: ClassVar[str] = "color_jitter"
    title: ClassVar[str] = "Color jitter"
    summary: ClassVar[str] = "Changes brightness, contrast and color. Leave it out where brightness is the signal."
    category: ClassVar[Category] = "color"
    neutral: ClassVar[dict[str, float]] = {"brightness": 1.0, "contrast": 1.0, "saturation": 1.0, "hue": 0.0}
    generator_note: ClassVar[str] = "Generators train without it: they would paint the changed brightness."

    brightness: Annotated[
        tuple[Factor, Factor],
        Meta(title="Brightness", description="1 leaves it, 0 is black.", extra={"unit": "×", "step": 0.05}),
    ] = (0.9, 1.1)
    contrast: Annotated[
        tuple[Factor, Factor],
        Meta(title="Contrast", description="1 leaves it, 0 is flat gray.", extra={"unit": "×", "step": 0.05}),
    ] = (0.9, 1.1)
    saturation: Annotated[
        tuple[Factor, Factor],
        Meta(
            title="Saturation",
            description="1 leaves it, 0 is gray. Does nothing to gray images.",
            extra={"unit": "×", "step": 0.05},
        ),
    ] = (1.0, 1.0)
    hue: Annotated[
        tuple[Turn, Turn],
        Meta(
            title="Hue",
            description="How far colors turn; 120° makes red green. Does nothing to gray images.",
            extra={"unit": "°", "step": 1.0},
        ),
    ] = (0.0, 0.0)

    def empties(self) -> bool:
        return self.probability == 1 and (self.brightness[1] == 0 or self.contrast[1] == 0)

    def parts(self, values: Values) -> tuple[tuple[Operation, Values], ...]:
        return (
            (_BRIGHTNESS, {"factor": values["brightness"]}),
            (_CONTRAST, {"factor": values["contrast"]}),
            (_SATURATION, {"factor": values["saturation"]}),
            (_HUE, {"turn": values["hue"]}),
        )


_BRIGHTNESS, _CONTRAST, _SATURATION, _HUE = Brightness(), Contrast(), Saturation(), Hue()


def _saturated(image: np.ndarray, factor: float) -> np.ndarray:
    """Between gray (0), the image (1) and beyond."""
    import cv2

    if image.shape[2] == 1:
        return image
    return cv2.transform(image, factor * np.eye(3) + (1 - factor) * GRAY_WEIGHTS)
