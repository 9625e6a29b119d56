"""Steps that map levels to levels: brightness, contrast, gamma, invert, posterize, solarize."""

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Flips, GrayMean, Tone, Values

Factor = Annotated[float, Meta(ge=0.0, le=3.0, extra={"typical": (0.0, 2.0)})]


class Brightness(Tone, frozen=True):
    name: ClassVar[str] = "brightness"
    title: ClassVar[str] = "Brightness"
    summary: ClassVar[str] = "Makes the image brighter or darker. Leave it out where brightness is the signal."
    neutral: ClassVar[dict[str, float]] = {"factor": 1.0}

    factor: Annotated[
        tuple[Factor, Factor],
        Meta(title="Factor", description="1 leaves it, 0 is black.", extra={"unit": "×", "step": 0.05}),
    ] = (0.8, 1.2)

    def empties(self) -> bool:
        return self.probability == 1 and self.factor[1] == 0

    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        return levels * np.float32(values["factor"])


class Contrast(Tone, frozen=True):
    name: ClassVar[str] = "contrast"
    title: ClassVar[str] = "Contrast"
    summary: ClassVar[str] = "Draws levels away from the image's mean gray or towards it."
    neutral: ClassVar[dict[str, float]] = {"factor": 1.0}

    factor: Annotated[
        tuple[Factor, Factor],
        Meta(title="Factor", description="1 leaves it, 0 is flat gray.", extra={"unit": "×", "step": 0.05}),
    ] = (0.8, 1.2)

    def empties(self) -> bool:
        return self.probability == 1 and self.factor[1] == 0

    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        factor = np.float32(values["factor"])
        return levels * factor + (1 - factor) * np.float32(gray_mean(levels))


class Gamma(Tone, frozen=True):
    name: ClassVar[str] = "gamma"
    title: ClassVar[str] = "Gamma"
    summary: ClassVar[str] = "Lightens or darkens the middle tones; black and white stay."
    neutral: ClassVar[dict[str, float]] = {"exponent": 1.0}

    exponent: Annotated[
        tuple[Annotated[float, Meta(ge=0.2, le=5.0)], Annotated[float, Meta(ge=0.2, le=5.0)]],
        Meta(title="Exponent", description="1 leaves it, less lightens, more darkens.", extra={"step": 0.05}),
    ] = (0.8, 1.25)

    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        return levels ** np.float32(values["exponent"])


class Invert(Tone, frozen=True):
    name: ClassVar[str] = "invert"
    title: ClassVar[str] = "Invert"
    summary: ClassVar[str] = "Makes black white and white black, as on a negative."

    probability: Flips = 0.5

    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        return 1 - levels


class Posterize(Tone, frozen=True):
    name: ClassVar[str] = "posterize"
    title: ClassVar[str] = "Posterize"
    summary: ClassVar[str] = "Keeps only a few levels of each color."
    neutral: ClassVar[dict[str, float]] = {"bits": 8.0}

    bits: Annotated[
        tuple[Annotated[float, Meta(ge=1.0, le=8.0)], Annotated[float, Meta(ge=1.0, le=8.0)]],
        Meta(title="Bits", description="8 leaves it, 1 keeps two levels.", extra={"step": 1.0}),
    ] = (4.0, 8.0)

    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        """Of eight bits the upper ones, as in torchvision and Pillow."""
        lost = 2.0 ** (8 - round(values["bits"]))
        return np.floor(np.rint(levels * 255) / np.float32(lost)) * np.float32(lost / 255)


class Solarize(Tone, frozen=True):
    name: ClassVar[str] = "solarize"
    title: ClassVar[str] = "Solarize"
    summary: ClassVar[str] = "Inverts what is brighter than a threshold."
    neutral: ClassVar[dict[str, float]] = {"threshold": 100.0}

    threshold: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=100.0)], Annotated[float, Meta(ge=0.0, le=100.0)]],
        Meta(title="Threshold", description="In percent of white; 100 leaves it.", extra={"unit": "%", "step": 1.0}),
    ] = (50.0, 100.0)

    def curve(self, levels: np.ndarray, values: Values, gray_mean: GrayMean) -> np.ndarray:
        return np.where(levels >= np.float32(values["threshold"] / 100), 1 - levels, levels)
