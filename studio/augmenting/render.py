"""Carrying out what was drawn for a batch: image by image, but for what blends two of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.augmenting.canvas import Canvas, as_float, as_type
from studio.augmenting.drawing import Drawn
from studio.augmenting.operation import Batch, Blend, Defect


@dataclass(frozen=True)
class Rendered:
    """What came of a batch."""

    images: np.ndarray
    """Of the shape and type of those given."""
    masks: np.ndarray | None
    """(N, H, W)"""
    boxes: np.ndarray | None
    """(boxes, 4), those of the first image"""
    labels: np.ndarray | None
    """float32 (N, classes)"""


def render(
    drawn: Sequence[Drawn],
    images: np.ndarray,
    border: str,
    interpolation: str,
    masks: np.ndarray | None = None,
    boxes: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    defects: Sequence[Defect] = (),
) -> Rendered:
    """Carry out what was drawn for images (N, H, W) or (N, H, W, C), masks (N, H, W), the boxes (boxes, 4) of the first
    image, and soft labels float32 (N, classes)."""
    bank = [Defect(as_float(_inner(defect.image)), defect.mask) for defect in defects]
    canvases = [
        Canvas(_inner(image), None if masks is None else masks[number], border, interpolation, bank)
        for number, image in enumerate(images)
    ]
    canvases[0].boxes = boxes
    for each in drawn:
        if isinstance(each.operation, Blend):
            labels = _blend(each, canvases, labels)
            continue
        for number, is_chosen in enumerate(each.chosen.tolist()):
            if is_chosen:
                canvases[number].take(each.operation, each.values_of(number))
    for canvas in canvases:
        canvas.settle()
    pixels = [as_type(canvas.pixels, images.dtype) for canvas in canvases]
    return Rendered(
        images=np.stack(pixels).reshape(images.shape),
        masks=np.stack([canvas.mask for canvas in canvases if canvas.mask is not None]) if masks is not None else None,
        boxes=canvases[0].boxes,
        labels=labels,
    )


def _inner(image: np.ndarray) -> np.ndarray:
    """(H, W, C) of uint8 as it is, everything else as float32 in 0..1."""
    pixels = image if image.ndim == 3 else image[..., None]
    return pixels if pixels.dtype == np.uint8 else as_float(pixels)


def _blend(drawn: Drawn, canvases: Sequence[Canvas], labels: np.ndarray | None) -> np.ndarray | None:
    assert isinstance(drawn.operation, Blend)
    if not drawn.chosen.any():
        return labels
    for canvas in canvases:
        canvas.settle()
        canvas.deepen()
    masks = [canvas.mask for canvas in canvases if canvas.mask is not None]
    batch = Batch([canvas.pixels for canvas in canvases], masks or None, labels)
    drawn.operation.blend(batch, dict(zip(drawn.names, drawn.numbers.T, strict=True)), drawn.chosen)
    for number, canvas in enumerate(canvases):
        canvas.pixels = batch.images[number]
        canvas.mask = batch.masks[number] if batch.masks else None
    return batch.labels
