"""An image on its way through a chain: neighboring geometry in one resampling, neighboring tones in one look-up table.

Pixels stay uint8 as long as that spares time and costs nothing; everything else happens in float32 in 0..1, so that 16
bits keep their depth. OpenCV resamples; for 64 px images too it is faster than torch on a whole batch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np

from studio.augmenting.operation import (
    Affine,
    Boxes,
    Compound,
    Defect,
    Distortion,
    Inserted,
    Insertion,
    Operation,
    Photometry,
    Tone,
    Values,
)
from studio.augmenting.operations.color import GRAY_WEIGHTS
from studio.augmenting.warp import Move, Warp

LEVELS = np.linspace(0, 1, 256, dtype=np.float32)
PEAKS = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}

cv2.setNumThreads(1)  # chains run in threads of their own


@dataclass
class Canvas:
    """An image on its way through a chain. Moves and curves wait until something else comes, and are then made one."""

    pixels: np.ndarray
    """(H, W, C) uint8, or float32 in 0..1"""
    border: str
    interpolation: str
    defects: Sequence[Defect] = ()
    mask: np.ndarray | None = None
    """(H, W) uint8"""
    boxes: Boxes | None = None
    moves: list[Move] = field(default_factory=list)
    curves: list[Callable[..., np.ndarray]] = field(default_factory=list)

    def take(self, operation: Operation, values: Values) -> None:
        """Carry out an operation, or let it wait."""
        if operation.is_neutral(values):
            return
        if isinstance(operation, Compound):
            for part, own in operation.parts(values):
                self.take(part, own)
        elif isinstance(operation, Tone):
            self._settle_moves()
            self.curves.append(partial(operation.curve, values=values))
        elif isinstance(operation, Affine | Distortion):
            self._settle_curves()
            make = operation.matrix if isinstance(operation, Affine) else operation.field
            self.moves.append(make(values, *self.pixels.shape[:2]))
        else:
            self.settle()
            self._change(operation, values)

    def settle(self) -> None:
        """Carry out whatever waits."""
        self._settle_moves()
        self._settle_curves()

    def deepen(self) -> None:
        """From here on float32."""
        self.pixels = as_float(self.pixels)

    def _change(self, operation: Operation, values: Values) -> None:
        if not (isinstance(operation, Photometry) and operation.any_depth):
            self.deepen()
        if isinstance(operation, Insertion):
            self._insert(operation.insert(self._colors(), self.defects, values))
        elif isinstance(operation, Photometry):
            self._paint(operation.apply(self._colors(), values))

    def _insert(self, inserted: Inserted | None) -> None:
        if inserted is None:
            return
        self._paint(inserted.image)
        if self.mask is not None:
            self.mask = np.where(inserted.marks > 0, inserted.marks, self.mask)
        if self.boxes is not None and inserted.marks.any():
            left, top, width, height = cv2.boundingRect(inserted.marks)
            self.boxes = self.boxes.joined(np.array([[left, top, left + width, top + height]]), [inserted.label])

    def _settle_moves(self) -> None:
        if not self.moves:
            return
        warp = Warp(self.moves, *self.pixels.shape[:2])
        self.moves = []
        self.pixels = _clipped(warp.image(self.pixels, self.border, self.interpolation))
        if self.mask is not None:
            self.mask = warp.image(self.mask, self.border, "nearest")
        if self.boxes is not None:
            self.boxes = self.boxes._replace(corners=warp.boxes(self.boxes.corners))

    def _settle_curves(self) -> None:
        if not self.curves:
            return
        colors = self._colors()
        if colors.dtype == np.uint8:
            table = self._through_curves(LEVELS, lambda levels: float(_gray_shares(colors) @ levels))
            self._paint(cv2.LUT(colors, np.rint(table * 255).astype(np.uint8)))
        else:
            self._paint(self._through_curves(colors, _gray_mean))
        self.curves = []

    def _through_curves(self, levels: np.ndarray, gray_mean: Callable[[np.ndarray], float]) -> np.ndarray:
        for curve in self.curves:
            levels = _clipped(curve(levels, gray_mean=gray_mean))
        return levels

    def _colors(self) -> np.ndarray:
        """The pixels without alpha, which photometry leaves alone."""
        channels = self.pixels.shape[2]
        return self.pixels if channels in (1, 3) else np.ascontiguousarray(self.pixels[..., : channels - 1])

    def _paint(self, colors: np.ndarray) -> None:
        """Replace all but alpha."""
        colors = _clipped(colors).reshape(*self.pixels.shape[:2], -1)
        alpha = self.pixels[..., colors.shape[2] :]
        self.pixels = np.concatenate([colors, alpha], 2) if alpha.size else colors


def as_float(pixels: np.ndarray) -> np.ndarray:
    """float32 in 0..1 from uint8, uint16 or float32."""
    return pixels if pixels.dtype == np.float32 else pixels.astype(np.float32) / np.float32(PEAKS[str(pixels.dtype)])


def as_type(pixels: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The way back, from uint8 or float32 in 0..1."""
    if pixels.dtype == dtype:
        return pixels
    return np.rint(as_float(pixels) * np.float32(PEAKS[str(dtype)])).astype(dtype)


def _clipped(pixels: np.ndarray) -> np.ndarray:
    return pixels if pixels.dtype == np.uint8 else np.clip(pixels, 0, 1, dtype=np.float32)


def _gray_mean(image: np.ndarray) -> float:
    """Of float32 (H, W, 1 or 3)."""
    means = cv2.mean(image)
    return means[0] if image.shape[2] == 1 else float(GRAY_WEIGHTS @ means[:3])


def _gray_shares(image: np.ndarray) -> np.ndarray:
    """How much of the mean gray of uint8 (H, W, 1 or 3) comes from each of the 256 levels."""
    channels = image.shape[2]
    counts = [cv2.calcHist([image], [channel], None, [256], [0, 256])[:, 0] for channel in range(channels)]
    weights = GRAY_WEIGHTS if channels == 3 else np.ones(1)
    return weights @ np.array(counts, np.float64) / image[..., 0].size
