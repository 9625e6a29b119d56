"""Import with thumbnails, and scan, of the ELPV photos: images a second and core, and how much is bare decoding.

python -m tests.benchmarks.bench_import
"""

import tempfile
from io import BytesIO
from pathlib import Path
from time import process_time

import elpv_dataset
from PIL import Image

from models.events import finish
from studio.cleaning import scan
from studio.importing.elpv import import_elpv
from studio.project import Project

TARGET = 300
"""Images that import takes in a second of processor time."""


def bare_decode(files: list[Path]) -> float:
    """Processor seconds for reading and decoding alone."""
    start = process_time()
    for file in files:
        Image.open(BytesIO(file.read_bytes())).load()
    return process_time() - start


def import_and_scan(folder: Path) -> tuple[float, float]:
    """Processor seconds, over all threads, for import with thumbnails, and for a scan with all checks."""
    with Project.create(folder / "cells") as project:
        start = process_time()
        finish(import_elpv(project))
        imported = process_time()
        finish(scan(project))
        return imported - start, process_time() - imported


def main() -> None:
    files = sorted((Path(elpv_dataset.__file__).parent / "data" / "images").glob("*.png"))
    bare = bare_decode(files)
    with tempfile.TemporaryDirectory() as folder:
        importing, scanning = import_and_scan(Path(folder))
    rate = len(files) / importing
    print(f"import: {rate:.0f} images/s and core (target {TARGET}), {importing / bare:.2f} times bare decoding")  # noqa: T201
    print(f"scan: {len(files) / scanning:.0f} images/s and core, {scanning / bare:.2f} times bare decoding")  # noqa: T201
    assert rate >= TARGET


if __name__ == "__main__":
    main()
