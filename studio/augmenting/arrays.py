"""What a chain takes: images, and masks and boxes beside them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from studio.augmenting.chain_file import ChainError
from studio.augmenting.operation import Boxes
from studio.text import tr

MOST_CHANNELS = 4


def check_images(images: np.ndarray, masks: np.ndarray | None, boxes: Sequence[Boxes] | None) -> None:
    """Raises `ChainError` for images (N, ...) that no chain can change, or for masks and boxes that are not theirs."""
    channels = images.shape[3] if images.ndim == 4 else 1
    if images.ndim not in (3, 4) or not 1 <= channels <= MOST_CHANNELS or not images.size:
        shape = " × ".join(map(str, images.shape[1:]))
        raise ChainError(tr("A chain changes images of one to four channels, not of the shape {shape}.", shape=shape))
    if images.dtype not in (np.uint8, np.uint16, np.float32):
        raise ChainError(
            tr("A chain changes images of uint8, uint16, or float32 from 0 to 1, not {type}.", type=images.dtype)
        )
    if masks is not None and (masks.shape != images.shape[:3] or masks.dtype != np.uint8):
        raise ChainError(tr("A mask must be uint8 and as large as its image."))
    if boxes is not None and len(boxes) != len(images):
        raise ChainError(tr("There must be boxes for each image, if for any; an image may have none."))


def named_boxes(boxes: Sequence[np.ndarray] | None, labels: Sequence[Sequence[Any]] | None) -> list[Boxes] | None:
    """The boxes of each image with their labels. Raises `ChainError` where one is not n × 4, or has other labels."""
    if boxes is None:
        return None
    named = [[""] * len(each) for each in boxes] if labels is None else labels
    if [np.shape(each) for each in boxes] != [(len(own), 4) for own in named]:
        raise ChainError(tr("Boxes must be n × 4 numbers, left, top, right and bottom, and have n labels if any."))
    return [Boxes(_floating(each), tuple(own)) for each, own in zip(boxes, named, strict=True)]


def _floating(boxes: np.ndarray) -> np.ndarray:
    return boxes if isinstance(boxes, np.ndarray) and boxes.dtype.kind == "f" else np.asarray(boxes, np.float64)
