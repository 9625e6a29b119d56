import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow


@pytest.fixture
def photo() -> Callable[[int], Pillow.Image]:
    """A gray picture, another one for each number."""
    return lambda number: Pillow.fromarray(np.random.default_rng(number).integers(0, 256, (24, 32), dtype=np.uint8))


@pytest.fixture
def photos(tmp_path, photo) -> Callable[..., Path]:
    """Writes pictures, a different one for each name, into a folder, and returns the folder."""

    def photos(*names: str, folder: str = "photos") -> Path:
        for number, name in enumerate(names):
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            photo(number).save(path)
        return tmp_path / folder

    return photos


@pytest.fixture(scope="session")
def bomb() -> bytes:
    """60,000 x 60,000 pixels: a PNG of one bit a pixel, all black: some hundred kilobytes that would fill gigabytes."""
    side = 60_000
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(bytes(side * (side // 8 + 1)), 9), b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )
