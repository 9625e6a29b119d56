"""Sample sheets: the same few latents, drawn again as a run goes on."""

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.atomic import write_atomically

COLUMNS = 6
ROWS = 4
MOST_CLASSES = 12
GAP = 2


def sheet_labels(classes: int) -> Tensor:
    """The class of each sample on a sheet, int64: whole rows of 6 a class; of many classes the first 12."""
    shown = min(classes, MOST_CLASSES)
    rows = max(1, ROWS // shown)
    return torch.arange(shown).repeat_interleave(rows * COLUMNS)


def write_sheet(path: Path, images: np.ndarray) -> None:
    """Write uint8 (N, H, W, C) as one PNG, 6 a row. Raises `OSError`."""
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[images.shape[3]]
    sheet = Image.fromarray(tile(images), mode if mode != "L" else None)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, buffer.getvalue())


def read_sheet(path: Path, height: int, width: int) -> np.ndarray:
    """The images of a sheet again, uint8 (N, H, W, C), given the size of one. Raises `OSError`."""
    with Image.open(path) as file:
        sheet = np.asarray(file)
    tall, wide = height + GAP, width + GAP
    rows, columns = (sheet.shape[0] + GAP) // tall, (sheet.shape[1] + GAP) // wide
    return np.stack(
        [
            sheet[row * tall : row * tall + height, column * wide : column * wide + width].reshape(height, width, -1)
            for row in range(rows)
            for column in range(columns)
        ]
    )


def tile(images: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W, C) -> one image (height, width, C), rows of 6 with white gaps; without C where it is 1."""
    count, height, width, channels = images.shape
    rows = -(-count // COLUMNS)
    sheet = np.full((rows * (height + GAP) - GAP, COLUMNS * (width + GAP) - GAP, channels), 255, np.uint8)
    for index, image in enumerate(images):
        top, left = index // COLUMNS * (height + GAP), index % COLUMNS * (width + GAP)
        sheet[top : top + height, left : left + width] = image
    return sheet[:, :, 0] if channels == 1 else sheet
