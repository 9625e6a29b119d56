"""Which image of a file: a page, a frame, a slice of a volume, or a cut-out of any of these."""

from collections.abc import Sequence
from typing import Literal, Self

import msgspec

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the upright image."""
Plane = Literal["axial", "coronal", "sagittal"]
"""How a volume is cut: across the body's length, seen from the front, seen from the side."""


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One image of a file.

    frame: which page or frame, or slice of a volume, from 0 on; None: the only one, or the one that stands for all.
    plane: how a volume is cut. box: what is cut out of the image; all of it, if None.
    """

    frame: int | None = None
    plane: Plane | None = None
    box: Box | None = None

    def encode(self) -> str:
        """JSON, and an empty text for the whole file."""
        return "" if self == WHOLE else msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        return msgspec.json.decode(text, type=cls) if text else cls()


WHOLE = Part()


def encode_boxes(boxes: Sequence[Box]) -> str:
    """JSON, and an empty text for none."""
    return msgspec.json.encode(tuple(boxes)).decode() if boxes else ""


def decode_boxes(text: str) -> tuple[Box, ...]:
    return msgspec.json.decode(text, type=tuple[Box, ...]) if text else ()
