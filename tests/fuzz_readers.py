"""Damages files at random and reads them: whatever comes, each must end in images or in `Unreadable`, soon.

python -m tests.fuzz_readers [SECONDS] [SEED]

Each file is read in a child process, so that a decoder that ends the process or fills the memory is noticed too. What
was found is kept below the temporary folder and belongs into tests/studio/imaging/test_found_by_fuzzing.py.
"""

import multiprocessing
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path

import nibabel
import numpy as np
import pydicom.data
import tifffile
from PIL import Image as Pillow

from studio.exporting.png import encode_png
from studio.imaging.read import open_container
from studio.imaging.unreadable import Unreadable

FOLDERS = (
    Path(pydicom.data.__file__).parent / "test_files",
    Path(nibabel.__file__).parent / "tests" / "data",
    Path(__file__).parent / "studio" / "imaging" / "data",
)
SUFFIXES = (".dcm", ".nii", ".gz", ".heic")
LARGEST = 400_000
"""Bytes of a file that is worth damaging."""
INTERESTING = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\x40\0", b"\1\0\1\0")
"""Numbers at which decoders stumble."""
SLOW = 20.0
"""Seconds that a small file may take."""
MEMORY = 4 << 30
FRAMES = 3


def seeds() -> list[tuple[str, bytes]]:
    """Small good files of every kind."""
    dice = np.random.default_rng(0)
    color = dice.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    deep = dice.integers(0, 65536, (30, 40, 4), dtype=np.uint16)
    found = [("deep.png", encode_png(deep)), ("gray alpha.png", encode_png(deep[..., :2]))]
    picture = Pillow.fromarray(color)
    for format in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"):
        for mode in ("RGB", "L", "P", "1", "CMYK", "RGBA"):
            file = BytesIO()
            try:
                picture.convert(mode).save(file, format)
            except (OSError, ValueError):  # not every format has every mode
                continue
            found.append((f"{mode}.{format}", file.getvalue()))
    for name, pixels, options in (
        ("pages", deep, {"photometric": "minisblack"}),
        ("zlib", color, {"photometric": "rgb", "compression": "zlib", "predictor": True}),
        ("tiles", np.tile(deep[:16, :16, 0], (4, 4)), {"tile": (16, 16), "photometric": "minisblack"}),
        ("big", deep[..., :3], {"photometric": "rgb", "bigtiff": True}),
        ("float", deep[..., 0] / 7, {"photometric": "minisblack"}),
    ):
        file = BytesIO()
        tifffile.imwrite(file, np.ascontiguousarray(pixels), **options)
        found.append((f"{name}.tif", file.getvalue()))
    for folder in FOLDERS:
        files = sorted(path for path in folder.glob("*.*") if path.suffix in SUFFIXES and path.stat().st_size < LARGEST)
        found += [(path.name, path.read_bytes()) for path in files]
    return found


def damaged(content: bytes, dice: random.Random) -> bytes:
    """With a few bytes changed, mostly in the header; pieces cut out, repeated or swapped; or the end missing."""
    found = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        place = dice.randrange(min(len(found), dice.choice((64, 400, 4000, len(found)))))
        length = dice.choice((1, 2, 4, 64, 1000))
        match dice.randrange(7):
            case 0:
                found[place] ^= 1 << dice.randrange(8)
            case 1:
                found[place : place + length] = dice.randbytes(len(found[place : place + length]))
            case 2:
                found[place : place + 4] = dice.choice(INTERESTING)
            case 3:
                del found[place : place + length]
            case 4:
                found[place:place] = found[place : place + length]
            case 5:
                del found[dice.randrange(1, len(found) + 1) :]
            case 6:
                found[place : place + length] = bytes(len(found[place : place + length]))
        if not found:
            return content[:1]
    return bytes(found)


def read(content: bytes) -> str:
    """What becomes of a content: image, the reason of a refusal, or the last line of an error."""
    try:
        container = open_container(content)
        for frame in container.frames[:FRAMES]:
            container.image(frame)
        return "image"
    except Unreadable as refusal:
        return refusal.reason
    except MemoryError:
        return "ERROR out of memory"
    except BaseException as error:
        return f"ERROR {type(error).__name__}: {traceback.format_exc().splitlines()[-3].strip()}"


def serve(pipe: Connection) -> None:
    """A child: reads what it is sent until it is sent nothing."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    while content := pipe.recv_bytes():
        pipe.send(read(content))


class Child:
    """A process that reads files; another one takes its place when it dies or hangs."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def read(self, content: bytes) -> str:
        self._pipe.send_bytes(content)
        try:
            if self._pipe.poll(SLOW):
                return self._pipe.recv()
            said = "ERROR too slow"
        except EOFError:
            said = "ERROR the process died"
        self._process.kill()
        self._process.join()
        self._start()
        return said

    def close(self) -> None:
        self._process.kill()
        self._process.join()


# ruff: noqa: T201, BLE001 - a script that tells what it finds, and finds everything


def main(seconds: float = 60, seed: int = 0) -> None:
    dice = random.Random(seed)
    whole, child, outcomes = seeds(), Child(), Counter[str]()
    kept = Path(tempfile.mkdtemp(prefix="fuzz-"))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        name, content = dice.choice(whole)
        content = damaged(content, dice)
        said = child.read(content)
        outcomes[said] += 1
        if said.startswith("ERROR") and outcomes[said] <= 3:
            (kept / f"{sum(outcomes.values())}-{name}").write_bytes(content)
            print(said, kept / f"{sum(outcomes.values())}-{name}", flush=True)
    child.close()
    for said, number in outcomes.most_common():
        print(number, said)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3]))
