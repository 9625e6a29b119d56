"""Cut-and-paste of defects (Dwibedi et al. 2017): the few there are, seen on many good parts."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from studio.augmenting.operation import Category, Defect, Inserted, Insertion, Values
from studio.augmenting.operations.color import GRAY_WEIGHTS

FEATHER = 0.02
"""Of the defect's longer side: how soft its edge is made."""
SURROUNDINGS = 0.1
"""Of the defect's longer side: how far around it brightness is compared."""


class DefectPaste(Insertion, frozen=True):
    name: ClassVar[str] = "defect_paste"
    title: ClassVar[str] = "Defect paste"
    summary: ClassVar[str] = "Puts a defect of another image on this one, blended into it, and marks it there."
    category: ClassVar[Category] = "inspection"
    chance: ClassVar[tuple[str, ...]] = ("which", "x", "y")
    generator_note: ClassVar[str] = "Generators train without it: they would paint what was pasted."

    scale: Annotated[
        tuple[Annotated[float, Meta(ge=0.25, le=4.0)], Annotated[float, Meta(ge=0.25, le=4.0)]],
        Meta(title="Size", description="1 keeps the defect's size in pixels.", extra={"unit": "×", "step": 0.05}),
    ] = (0.8, 1.2)
    angle: Annotated[
        tuple[Annotated[float, Meta(ge=-180.0, le=180.0)], Annotated[float, Meta(ge=-180.0, le=180.0)]],
        Meta(title="Angle", description="How far the defect is turned.", extra={"unit": "°", "step": 1.0}),
    ] = (-180.0, 180.0)

    def insert(self, image: np.ndarray, defects: Sequence[Defect], values: Values) -> Inserted | None:
        """Its middle anywhere in the image; as bright against what surrounds it there as where it came from."""
        usable = [defect for defect in defects if defect.mask.any()]
        if not usable:
            return None
        defect = usable[int(values["which"] * len(usable))]
        place, size = _place(defect.mask, image.shape, values)
        piece = _moved(_in_channels(defect.image, image.shape[2]), place, image.shape, "edge")
        marks = _moved(defect.mask, place, image.shape, "black")
        known = _moved(np.ones_like(defect.mask), place, image.shape, "black") > 0
        around = _grown(marks > 0, SURROUNDINGS * size) & known & (marks == 0)
        if around.any():
            piece = piece + (image[around].mean(0) - piece[around].mean(0))
        share = _softened(marks > 0, FEATHER * size)[..., None]
        return Inserted(image + (piece - image) * share, marks, defect.label)


def _place(mask: np.ndarray, shape: tuple[int, ...], values: Values) -> tuple[np.ndarray, float]:
    """The matrix (2, 3) from the defect's pixels to the image's, and the longer side that the defect gets."""
    import cv2

    y, x = np.nonzero(mask)
    middle = (float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2)
    shift = np.zeros((2, 3))
    shift[:, 2] = np.array([values["x"] * shape[1], values["y"] * shape[0]]) - middle
    matrix = cv2.getRotationMatrix2D(middle, values["angle"], values["scale"]) + shift
    return matrix, float(max(np.ptp(x), np.ptp(y)) + 1) * values["scale"]


def _moved(part: np.ndarray, matrix: np.ndarray, shape: tuple[int, ...], border: str) -> np.ndarray:
    """Part of the defect in the image's shape; uint8 without blending."""
    import cv2

    flags = cv2.INTER_NEAREST if part.dtype == np.uint8 else cv2.INTER_LINEAR
    mode = cv2.BORDER_REPLICATE if border == "edge" else cv2.BORDER_CONSTANT
    return cv2.warpAffine(part, matrix, shape[1::-1], flags=flags, borderMode=mode).reshape(*shape[:2], *part.shape[2:])


def _in_channels(image: np.ndarray, channels: int) -> np.ndarray:
    """Gray as color or the other way, without alpha."""
    colors = image[..., : 3 if image.shape[2] >= 3 else 1]
    if colors.shape[2] == channels:
        return np.ascontiguousarray(colors)
    return np.repeat(colors, 3, 2) if channels == 3 else (colors @ GRAY_WEIGHTS).astype(np.float32)[..., None]


def _grown(area: np.ndarray, distance: float) -> np.ndarray:
    import cv2

    side = 2 * max(1, round(distance)) + 1
    return cv2.dilate(area.astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def _softened(area: np.ndarray, sigma: float) -> np.ndarray:
    """How much of the defect shows: float32 (H, W) in 0..1."""
    import cv2

    return cv2.GaussianBlur(area.astype(np.float32), (0, 0), max(sigma, 0.5))
