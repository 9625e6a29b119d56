"""How many images files hold of which only some were opened."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SINGLE = frozenset((".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".webp", ".gif", ".heic", ".heif"))
"""Files of which one image comes in, unless all of an animation are asked for."""


class Estimate(NamedTuple):
    images: int
    is_about: bool


def estimate(files: Sequence[Path], known: Mapping[Path, int]) -> Estimate:
    """known: the images of files that were opened, or whose header was read. Others hold as many as those of their kind
    do on average; one, where none is known."""
    by_kind: dict[str, list[int]] = {}
    for path, number in known.items():
        by_kind.setdefault(path.suffix.lower(), []).append(number)
    images = 0.0
    is_about = False
    for path in files:
        alike = by_kind.get(path.suffix.lower(), [1])
        if path in known:
            images += known[path]
        elif path.suffix.lower() in SINGLE:
            images += 1
        else:
            images += sum(alike) / len(alike)
            is_about |= set(alike) != {1}
    return Estimate(round(images), is_about)
