"""What finding unusable images costs, beside merely decoding the same files, and beside cleanvision and imagededup.

    python -m tests.benchmarks.bench_scan [folder of images] [Python interpreter of an environment with the peers]

Printed are processor seconds on one core, and rates. Ours begin at the import, which decodes each file once and
measures it. The peers, Apache 2.0 both, are run by an interpreter of their own, for they bring other versions of
libraries; where it lacks them, that is said.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import elpv_dataset
import numpy as np
from PIL import Image

from models.events import finish
from studio.cleaning import CHECKS, Effort, scan
from studio.importing import import_sources
from studio.project import Project

PEERS = {
    "cleanvision": """
from cleanvision import Imagelab
work = lambda: Imagelab(data_path=folder).find_issues(n_jobs=1, verbose=False)
""",
    "imagededup": """
from imagededup.methods import PHash
work = lambda: PHash(verbose=False).find_duplicates(image_dir=folder, num_enc_workers=0, num_dist_workers=0)
""",
}
TIMED = """
import sys, time, warnings
warnings.simplefilter("ignore")
folder = sys.argv[1]
{work}
began = time.process_time()
work()
print(time.process_time() - began)
"""
LEAST_OF_DECODE, TIMES_CLEANVISION = 0.6, 3.0


def seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def decode(files: list[Path]) -> None:
    for file in files:
        with Image.open(file) as picture:
            np.asarray(picture)


def of_peer(python: str, name: str, folder: Path) -> float | None:
    """Processor seconds of another program; None where it is not there or cannot."""
    script = TIMED.format(work=PEERS[name])
    ended = subprocess.run([python, "-c", script, str(folder)], capture_output=True, text=True, check=False)
    return float(ended.stdout.split()[-1]) if ended.returncode == 0 else None


def tell(name: str, spent: float, images: int, note: str = "") -> None:
    print(f"{name:<44} {spent:8.2f} s {images / spent:8.0f} images/s   {note}", flush=True)  # noqa: T201


def main(folder: Path, python: str) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    images = len(files)
    bare = seconds(lambda: decode(files))
    tell("decoding alone (Pillow)", bare, images)
    with tempfile.TemporaryDirectory() as name, Project.create(Path(name) / "scanned") as project:
        whole = seconds(lambda: finish(import_sources(project, [folder])))
        tell("import, which decodes and measures", whole, images)
        for effort in Effort:
            checks = [check.name for check in CHECKS if check.effort is effort]
            whole += seconds(lambda checks=checks: finish(scan(project, checks)))
            tell(f"and checks of effort {effort.value}", whole, images, f"{bare / whole:.2f}x decoding alone")
            if effort is Effort.LITTLE:
                first = whole
    print(f"first pass: {bare / first:.2f}x decoding alone, wanted {LEAST_OF_DECODE:g}x")  # noqa: T201
    for name in PEERS:
        spent = of_peer(python, name, folder)
        if spent is None:
            print(f"{name} is not there")  # noqa: T201
            continue
        wanted = f", wanted {TIMES_CLEANVISION:g}x" if name == "cleanvision" else ""
        tell(name, spent, images, f"our first pass is {spent / first:.1f}x as fast{wanted}")


if __name__ == "__main__":
    given = sys.argv[1:]
    chosen = Path(given[0]) if given else Path(elpv_dataset.__file__).parent / "data" / "images"
    main(chosen, given[1] if len(given) > 1 else sys.executable)
