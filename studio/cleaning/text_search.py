"""Text in the pixels of images, found without a network; where it is gets kept, what it says never is."""

import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import msgspec
import numpy as np

from models.events import Progress, Task
from studio.imaging.normalize import eight_bits, own_range
from studio.imaging.read import read_item
from studio.imaging.unreadable import Unreadable
from studio.project import Project
from studio.project.items import Item
from studio.project.part import Box
from studio.text import tr

LARGEST = 960
"""Longer images are searched at this size, where text that a person could read is found still."""
LEAST_SCORE = 0.8
FEWEST_LETTERS = 2
"""Single letters mark sides and planes."""

Search = Callable[[np.ndarray], list[Box]]


def can_search() -> bool:
    """Whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def search(project: Project, chosen: Sequence[Item]) -> Task[None]:
    """Fill the table `text_box` for images that have not been searched. Yields `Progress`; keeps what was found."""
    known = {row[0] for row in project.db.execute("SELECT pixel_sha256 FROM text_box")}
    lacking = list({item.pixel_sha256: item for item in chosen if item.pixel_sha256 not in known}.values())
    if not lacking:
        return
    yield Progress(0, len(lacking), tr("Looking for text"))
    boxes_in = text_search()
    for done, item in enumerate(lacking, 1):
        try:
            image = read_item(item)
        except (Unreadable, OSError):  # gone or changed since the import, which is a finding of its own
            continue
        picture = eight_bits(image, None if image.pixels.dtype == np.uint8 else own_range(image))
        found = msgspec.json.encode(boxes_in(np.asarray(picture.convert("RGB")))).decode()
        with project.writing() as db:
            db.execute("REPLACE INTO text_box VALUES (?, ?)", (item.pixel_sha256, found))
        yield Progress(done, len(lacking), tr("Looking for text"))


def text_search() -> Search:
    """What finds the boxes of text in uint8 (H, W, 3), in reading order."""
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": max(1, (os.cpu_count() or 1) - 1),
            "Det.limit_type": "max",
            "Det.limit_side_len": LARGEST,
        }
    )

    def boxes_in(pixels: np.ndarray) -> list[Box]:
        read = engine(pixels, use_cls=False)
        if read.boxes is None:
            return []
        lines = zip(read.boxes, read.txts, read.scores, strict=True)
        return [_box(corners) for corners, text, score in lines if score >= LEAST_SCORE and _is_text(text)]

    return boxes_in


def _is_text(text: str) -> bool:
    return sum(map(str.isalnum, text)) >= FEWEST_LETTERS


def _box(corners: np.ndarray) -> Box:
    left, top = np.floor(corners.min(0)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(0)).astype(int).tolist()
    return left, top, right - left, bottom - top
