"""Peak memory of the demo, all the way on the ELPV photos, beside that of importing torch alone.

python -m tests.benchmarks.bench_demo_memory
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = 2.0
"""GiB."""
MINUTES = "1"


def peak(*arguments: str) -> float:
    """GiB that a Python process holds at most. Only for the largest child so far: call with growing ones."""
    subprocess.run([sys.executable, *arguments], env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20


def main() -> None:
    torch = peak("-c", "import torch")
    with tempfile.TemporaryDirectory() as folder:
        demo = peak("-m", "studio", "demo", "--minutes", MINUTES, "--project", str(Path(folder) / "demo"))
    print(f"{demo:.2f} GiB at most (target {TARGET}), {demo / torch:.1f} times torch alone")  # noqa: T201
    assert demo < TARGET


if __name__ == "__main__":
    main()
