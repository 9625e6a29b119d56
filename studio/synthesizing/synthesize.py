"""Making samples with a run: PNG files in the project, each with all that is needed to make it again.

A batch is written into a folder beside its own, its items are added in one transaction, and the folder gets its name.
The transaction decides: `finish_interrupted` completes a batch whose items are there and removes one without.
"""

import heapq
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any

import msgspec
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from models import checkpoint
from models.best import best_checkpoint
from models.events import Progress, Task
from models.sampler import Sampler, load_sampler
from studio.errors import UserError
from studio.exporting.names import folder_names
from studio.imaging.read import pixel_hash
from studio.project import Project
from studio.project.items import USABLE, Item, NewItem, add_items, class_counts
from studio.project.runs import Run, find_run, run_folder
from studio.project.versions import find_version
from studio.text import tr

PARTIAL = ".partial"
UNLABELED = "unlabeled"


class SynthesisResult(msgspec.Struct, frozen=True):
    """A batch of samples and the folder that holds it."""

    samples: int
    dir: Path


def synthesize(
    project: Project, run: str, n: int | None = None, label: str | None = None, balance: bool = False, seed: int = 0
) -> Task[SynthesisResult]:
    """Make `n` samples with the best checkpoint of a run: of one class, or of all as often as in training.

    balance: give them to the smallest classes instead; without `n`, as many as make all classes as large as the
    largest. The same run, counts and seed give the same samples.
    Yields `Progress`; closing leaves nothing. Raises `UserError` or `ModelError`.
    """
    counts = share_out(project, find_run(project, run), n, label, balance)
    return (yield from synthesize_counts(project, run, counts, seed))


def synthesize_counts(
    project: Project, run: str, counts: Mapping[str | None, int], seed: int = 0
) -> Task[SynthesisResult]:
    """As `synthesize`, with the number of samples of each class given (None: of a run without classes)."""
    labels = [label for label, n in counts.items() for _ in range(n)]
    if not labels:
        raise UserError(tr("Ask for at least one sample."))
    finish_interrupted(project)
    source = best_moment(project, find_run(project, run))
    sampler = load_sampler(source)
    folders = folder_names([*sampler.class_names, UNLABELED])
    folder = _new_batch_folder(project, run)
    partial = folder.with_name(folder.name + PARTIAL)
    try:
        made = []
        for index, pixels in enumerate(_samples(sampler, labels, seed)):
            facts = {
                "run": run,
                "checkpoint": source.stem,
                "seed": seed,
                "index": index,
                "label": labels[index],
                "latent": {"generator": "philox4x64-10", "key": [seed, index]},
            }
            path = Path(folders[labels[index] or UNLABELED], f"{index:06d}.png")
            made.append(_write(partial / path, folder / path, pixels, facts))
            yield Progress(index + 1, len(labels), tr("Making samples"))
        checkpoint.pin(source)
        add_items(project, made)
    except BaseException:
        rmtree(partial, ignore_errors=True)
        raise
    partial.rename(folder)
    return SynthesisResult(len(labels), folder)


def remake(project: Project, item: Item) -> np.ndarray:
    """The pixels of a sample made again from its provenance: uint8 (H, W, C). Raises `ModelError`."""
    facts = item.provenance
    assert facts is not None
    sampler = load_sampler(_checkpoints(project, facts["run"]) / f"{facts['checkpoint']}.safetensors")
    return sampler.sample([facts["index"]], [_number(sampler, facts["label"])], facts["seed"])[0]


def finish_interrupted(project: Project) -> None:
    """Complete or remove the batches that a crash left half-made."""
    for partial in _root(project).glob(f"*{PARTIAL}"):
        folder = partial.with_name(partial.name.removesuffix(PARTIAL))
        if _is_known(project, folder):
            partial.rename(folder)
        else:
            rmtree(partial, ignore_errors=True)


def best_moment(project: Project, run: Run) -> Path:
    """The checkpoint of a run that was judged best on the way. Raises `UserError` when it has none."""
    found = best_checkpoint(run_folder(project, run.name))
    if found is None:
        raise UserError(tr("The run “{name}” has no checkpoint yet: train it longer.", name=run.name))
    return found


def share_out(
    project: Project, run: Run, n: int | None, label: str | None = None, balance: bool = False
) -> dict[str | None, int]:
    """How many samples of which class a wish means; see `synthesize`. Raises `UserError`."""
    learned = find_version(project, run.version).class_counts()
    if n is None and not balance:
        raise UserError(tr("Say how many samples to make."))
    if n is not None and n < 1:
        raise UserError(tr("Ask for at least one sample."))
    if label is not None:
        return {_known(label, learned): n or 0}
    if not balance:
        return _in_proportion(n or 0, learned) if learned else {None: n or 0}
    if not learned:
        raise UserError(tr("This run learned without classes, so there are none to balance."))
    real = class_counts(project, USABLE)
    present = {name: real[name] for name in learned}
    wanted = _leveled(sum(max(present.values()) - have for have in present.values()) if n is None else n, present)
    if not wanted:
        raise UserError(tr("The classes are equally large already."))
    return wanted


def _known(label: str, learned: Mapping[str, int]) -> str:
    if label in learned:
        return label
    if not learned:
        raise UserError(tr("This run learned without classes, so it cannot be asked for one."))
    raise UserError(
        tr("This run did not learn the class “{name}”. It knows {known}.", name=label, known=", ".join(learned))
    )


def _in_proportion(n: int, learned: Mapping[str, int]) -> dict[str | None, int]:
    """`n` shared out in proportion, by the largest remainder."""
    total = sum(learned.values())
    shares: dict[str | None, int] = {name: n * have // total for name, have in learned.items()}
    by_remainder = sorted(learned, key=lambda name: -(n * learned[name] % total))
    for name in by_remainder[: n - sum(shares.values())]:
        shares[name] += 1
    return shares


def _leveled(n: int, present: Mapping[str, int]) -> dict[str | None, int]:
    """`n` shared out one by one, each to the class that is smallest by then."""
    sizes = [(have, position, name) for position, (name, have) in enumerate(present.items())]
    heapq.heapify(sizes)
    shares: dict[str | None, int] = {}
    for _ in range(n):
        have, position, name = sizes[0]
        shares[name] = shares.get(name, 0) + 1
        heapq.heapreplace(sizes, (have + 1, position, name))
    return shares


def _samples(sampler: Sampler, labels: list[str | None], seed: int) -> Iterator[np.ndarray]:
    numbers = [_number(sampler, label) for label in labels]
    for batch in sampler.batches(range(len(labels)), numbers, seed):
        yield from batch


def _number(sampler: Sampler, label: str | None) -> int:
    return 0 if label is None else sampler.class_names.index(label)


def _write(path: Path, final: Path, pixels: np.ndarray, facts: dict[str, Any]) -> NewItem:
    """Write a sample that says of itself what it is; returns its item under the path it is going to have."""
    told = PngInfo()
    told.add_text("Software", "Seedbed")
    told.add_text("Source", "synthetic")
    told.add_text("Provenance", msgspec.json.encode(facts).decode())
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width, channels = pixels.shape
    plain = pixels[:, :, 0] if channels == 1 else pixels
    Image.fromarray(plain).save(path, pnginfo=told, compress_level=1)
    return NewItem(
        path=final,
        sha256=sha256(path.read_bytes()).hexdigest(),
        pixel_sha256=pixel_hash(plain),
        width=width,
        height=height,
        channels=channels,
        depth=8,
        label=facts["label"],
        origin="synthetic",
        run=facts["run"],
        provenance=facts,
    )


def _new_batch_folder(project: Project, run: str) -> Path:
    """A folder that is not there, nor was when samples in it were made: those of a lost folder stay what they are."""
    folders = (_root(project) / f"{run}-batch-{number}" for number in count(1))
    return next(folder for folder in folders if not (folder.exists() or _is_known(project, folder)))


def _is_known(project: Project, folder: Path) -> bool:
    """Whether the project has samples in this batch folder."""
    prefix = project.store_path(folder) + "/"
    return bool(
        project.db.execute(
            "SELECT 1 FROM item WHERE origin = 'synthetic' AND substr(path, 1, ?) = ? LIMIT 1", (len(prefix), prefix)
        ).fetchone()
    )


def _root(project: Project) -> Path:
    return project.folder / "synthetic"


def _checkpoints(project: Project, run: str) -> Path:
    return run_folder(project, run) / checkpoint.FOLDER
