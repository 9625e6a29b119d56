"""What a usefulness test has finished, on the disk, so that a stopped one goes on where it was.

usefulness/extras.safetensors       features and soft labels of the added images
usefulness/trial-00.safetensors     probabilities of the held-out images, by arm; one file a trial
usefulness/report.json              what came of the newest test that was finished
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from models.atomic import write_atomically
from studio.evaluating.comparison import Comparison
from studio.project import Project
from studio.project.runs import run_folder

Tensors = dict[str, Tensor]
PROTOCOL = 1
"""Goes up when results are no longer comparable."""


def store_folder(project: Project, run: str | None) -> Path:
    """Where the test with the samples of a run, or with the chain alone, keeps what it has."""
    return (project.folder if run is None else run_folder(project, run)) / "usefulness"


class TrialStore:
    """The files of one comparison; those of another one are as good as absent."""

    def __init__(self, folder: Path, comparison: Comparison) -> None:
        content = msgspec.json.encode((PROTOCOL, comparison), order="deterministic")
        self._key = sha256(content).hexdigest()
        self._folder = folder

    def extras(self) -> Tensors | None:
        return self._read("extras")

    def keep_extras(self, tensors: Mapping[str, Tensor]) -> None:
        self._write("extras", tensors)

    def trial(self, number: int) -> Tensors | None:
        return self._read(f"trial-{number:02d}")

    def keep_trial(self, number: int, tensors: Mapping[str, Tensor]) -> None:
        self._write(f"trial-{number:02d}", tensors)

    def _write(self, name: str, tensors: Mapping[str, Tensor]) -> None:
        """Raises `OSError`, leaving what was there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        content = save({key: tensor.contiguous() for key, tensor in tensors.items()}, {"comparison": self._key})
        write_atomically(self._path(name), content)

    def _read(self, name: str) -> Tensors | None:
        """None when it is absent, damaged, or of another comparison."""
        path = self._path(name)
        if not path.is_file():
            return None
        try:
            with safe_open(path, "pt") as file:
                if (file.metadata() or {}).get("comparison") != self._key:
                    return None
                return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        except SafetensorError:
            return None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.safetensors"
