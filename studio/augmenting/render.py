"""Carrying out what was drawn for a batch: image by image, but for what blends two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced

import numpy as np

from studio.augmenting.canvas import Canvas, as_float, as_type
from studio.augmenting.drawing import Drawn, Mixed
from studio.augmenting.operation import Batch, Blend, Boxes, Defect


@dataclass(frozen=True)
class Rendered:
    """What came of a batch."""

    images: np.ndarray
    """Of the shape and type of those given."""
    masks: np.ndarray | None
    """(N, H, W)"""
    boxes: list[Boxes] | None
    """Of each image."""
    labels: np.ndarray | None
    """float32 (N, classes)"""


def render(
    drawn: Sequence[Drawn | Mixed],
    images: np.ndarray,
    border: str,
    interpolation: str,
    masks: np.ndarray | None = None,
    boxes: Sequence[Boxes] | None = None,
    labels: np.ndarray | None = None,
    defects: Sequence[Defect] = (),
) -> Rendered:
    """Carry out what was drawn for images (N, H, W) or (N, H, W, C), masks (N, H, W), the boxes of each image, and soft
    labels float32 (N, classes)."""
    bank = [defect._replace(image=as_float(_inner(defect.image))) for defect in defects]
    canvases = [Canvas(_inner(image), border, interpolation, bank) for image in images]
    for number, canvas in enumerate(canvases):
        canvas.mask = None if masks is None else masks[number]
        canvas.boxes = None if boxes is None else boxes[number]
    for each in drawn:
        if isinstance(each, Drawn) and isinstance(each.operation, Blend):
            labels = _blend(each, each.operation, canvases, labels)
        else:
            for number in np.flatnonzero(each.chosen).tolist():
                _change(canvases[number], each, number)
    for canvas in canvases:
        canvas.settle()
    pixels = [as_type(canvas.pixels, images.dtype) for canvas in canvases]
    return Rendered(
        images=np.stack(pixels).reshape(images.shape),
        masks=np.stack([canvas.mask for canvas in canvases if canvas.mask is not None]) if masks is not None else None,
        boxes=[canvas.boxes for canvas in canvases if canvas.boxes is not None] if boxes is not None else None,
        labels=labels,
    )


def _inner(image: np.ndarray) -> np.ndarray:
    """(H, W, C) of uint8 as it is, everything else as float32 in 0..1."""
    pixels = image if image.ndim == 3 else image[..., None]
    return pixels if pixels.dtype == np.uint8 else as_float(pixels)


def _change(canvas: Canvas, drawn: Drawn | Mixed, number: int) -> None:
    """Carry out what was drawn for one image of the batch."""
    if isinstance(drawn, Drawn):
        canvas.take(drawn.operation, drawn.values_of(number))
        return
    canvas.settle()
    copies = [_changed_copy(canvas, steps, number) for steps in drawn.copies]
    canvas.deepen()
    mixed = canvas.pixels.copy()
    for copy, share in zip(copies, drawn.shares[number].astype(np.float32), strict=True):
        mixed += share * (copy - canvas.pixels)
    canvas.pixels = mixed


def _changed_copy(canvas: Canvas, steps: Sequence[Drawn], number: int) -> np.ndarray:
    """The pixels, float32 (H, W, C), of a copy of a settled image after its steps; what needs a batch is left out."""
    copy = replaced(canvas, mask=None, boxes=None, moves=[], curves=[])
    for step in steps:
        if step.chosen[number] and not isinstance(step.operation, Blend):
            copy.take(step.operation, step.values_of(number))
    copy.settle()
    return as_float(copy.pixels)


def _blend(drawn: Drawn, operation: Blend, canvases: Sequence[Canvas], labels: np.ndarray | None) -> np.ndarray | None:
    if not drawn.chosen.any():
        return labels
    for canvas in canvases:
        canvas.settle()
        canvas.deepen()
    masks = [canvas.mask for canvas in canvases if canvas.mask is not None]
    boxes = [canvas.boxes for canvas in canvases if canvas.boxes is not None]
    batch = Batch([canvas.pixels for canvas in canvases], masks or None, boxes or None, labels)
    operation.blend(batch, dict(zip(drawn.names, drawn.numbers.T, strict=True)), drawn.chosen)
    for number, canvas in enumerate(canvases):
        canvas.pixels = batch.images[number]
        canvas.mask = batch.masks[number] if batch.masks else None
        canvas.boxes = batch.boxes[number] if batch.boxes else None
    return batch.labels
