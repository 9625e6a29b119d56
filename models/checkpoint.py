"""Moments of a run on the disk: what can be sampled from, and for the newest what can be resumed.

A checkpoint is three files that no code can hide in:

    step-00001234.safetensors         what sampling needs
    step-00001234.resume.safetensors  what going on needs: networks, optimizers; only the newest and the best have it
    step-00001234.json                the facts, with the digests of the others; written last, so that it marks the
                                      checkpoint as complete

A checkpoint is named by the path of its first file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec
from safetensors import SafetensorError
from safetensors.torch import load, save

from models.atomic import TEMPORARY_SUFFIX, write_atomically
from models.errors import CheckpointError
from models.run_config import FORMAT, RunConfig
from models.state import State

FOLDER = "checkpoints"
"""Where a run's folder keeps them."""
RESUMABLE = 2  # how many checkpoints can be resumed from

UNREADABLE = "The checkpoint “{name}” is damaged or incomplete: choose another moment of the run, or train again."
NEWER = "The checkpoint “{name}” was written by a newer version of Seedbed: update Seedbed to use it."
UNWRITABLE = "The checkpoint could not be written ({reason}): free some space, then resume the run."


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a run a checkpoint was taken."""

    config: RunConfig
    step: int
    images_seen: int
    seconds: float
    losses: dict[str, float]
    breakdowns: int = 0
    """How often training broke down before and was taken back."""
    images_before: int = 0
    """Seen by the run that this one began from, at the moment from which it began."""
    digests: dict[str, str] = {}
    """SHA-256 of the checkpoint's other files, by name: a changed bit is noticed, not trained on."""


def write(folder: Path, facts: Facts, sampling: State, resuming: State) -> Path:
    """Write a checkpoint into `folder` and return its path. Raises `CheckpointError`; older ones stay as they are."""
    path = folder / f"step-{facts.step:08d}.safetensors"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digests = {path.name: _write_tensors(path, sampling)}
        if resuming:
            digests[_resume_file(path).name] = _write_tensors(_resume_file(path), resuming)
        complete = msgspec.structs.replace(facts, digests=digests)
        write_atomically(_facts_file(path), msgspec.json.format(msgspec.json.encode(complete)))
    except OSError as error:
        raise CheckpointError(UNWRITABLE, reason=error.strerror or error) from error
    return path


def read_facts(path: Path) -> Facts:
    """The facts of the checkpoint at `path`. Raises `CheckpointError`."""
    try:
        content = _facts_file(path).read_bytes()
        version = msgspec.json.decode(content)["config"]["format"]
        if version > FORMAT:
            raise CheckpointError(NEWER, name=path.stem)
        return msgspec.json.decode(content, type=Facts)
    except (OSError, KeyError, TypeError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CheckpointError(UNREADABLE, name=path.stem) from error


def read_sampling(path: Path) -> State:
    """The tensors that sampling needs. Raises `CheckpointError`."""
    return _read_tensors(path, path)


def read_resuming(path: Path) -> State:
    """The tensors that going on needs. Raises `CheckpointError`."""
    return _read_tensors(path, _resume_file(path))


@contextmanager
def fitting(path: Path) -> Iterator[None]:
    """Around loading tensors into a family: where they do not fit, raises `CheckpointError`."""
    try:
        yield
    except (RuntimeError, KeyError, ValueError) as error:
        raise CheckpointError(UNREADABLE, name=path.stem) from error


def checkpoints(folder: Path) -> list[Path]:
    """The complete checkpoints in `folder`, oldest first."""
    return [
        path for facts in sorted(folder.glob("step-*.json")) if (path := facts.with_suffix(".safetensors")).exists()
    ]


def step_of(path: Path) -> int:
    """The step at which a checkpoint was taken."""
    return int(path.stem.removeprefix("step-"))


def latest(folder: Path) -> Path | None:
    """The newest checkpoint in `folder`."""
    return max(checkpoints(folder), default=None)


def pin(path: Path) -> None:
    """Keep the checkpoint at `path` for sampling, whatever `prune` does: samples made with it can be made again."""
    _pin_file(path).touch()


def is_pinned(path: Path) -> bool:
    """Whether samples were made with a checkpoint."""
    return _pin_file(path).exists()


def is_whole(path: Path) -> bool:
    """Whether learning can go on from a checkpoint; else it only serves for sampling."""
    return _resume_file(path).is_file()


def prune(folder: Path, keep: set[int], whole: int | None = None) -> None:
    """Bound the disk's use: the newest two, and that at step `whole`, stay whole; of the rest, pinned ones and those at
    a step in `keep` serve for sampling."""
    for path in checkpoints(folder)[:-RESUMABLE]:
        if step_of(path) == whole:
            continue
        if is_pinned(path) or step_of(path) in keep:
            _resume_file(path).unlink(missing_ok=True)
        else:
            remove(path)


def remove(path: Path) -> None:
    """Delete a checkpoint, its mark of completeness first."""
    for file in (_facts_file(path), _resume_file(path), _pin_file(path), path):
        file.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Delete what a killed process left half-written."""
    for file in folder.glob(f"*{TEMPORARY_SUFFIX}"):
        file.unlink()
    for file in folder.glob("step-*.safetensors"):
        if not (folder / f"{file.name.partition('.')[0]}.json").exists():
            file.unlink()


def _write_tensors(file: Path, state: State) -> str:
    """Write one of a checkpoint's files; returns its digest. Raises `OSError`."""
    content = save({key: value.detach().cpu().contiguous() for key, value in state.items()})
    write_atomically(file, content)
    return sha256(content).hexdigest()


def _read_tensors(path: Path, file: Path) -> State:
    """One of the files of the checkpoint at `path`. Raises `CheckpointError` where it is not as it was written."""
    digest = read_facts(path).digests.get(file.name)
    try:
        content = file.read_bytes()
        if sha256(content).hexdigest() != digest:
            raise CheckpointError(UNREADABLE, name=path.stem)
        return load(content)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(UNREADABLE, name=path.stem) from error


def _facts_file(path: Path) -> Path:
    return path.with_suffix(".json")


def _resume_file(path: Path) -> Path:
    return path.with_suffix(".resume.safetensors")


def _pin_file(path: Path) -> Path:
    return path.with_suffix(".pinned")
