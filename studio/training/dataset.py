"""A version's images as arrays: decoded once, cached in the project, memory-mapped while a run learns from them.

versions/HASH/train.npy     uint8 (N, C, H, W): the training images, then their augmented variants
versions/HASH/test.npy      the held-out images
versions/HASH/variants.jsonl    of variants that were asked for: their source, and what was drawn
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

import msgspec
import numpy as np
import torch
from torch import Tensor

from models.data import ImageSet
from models.events import Progress, Task
from studio.augmenting import Applied, Chain
from studio.augmenting.variants import variant_counts
from studio.errors import UserError
from studio.imaging.normalize import Normalization, normalize
from studio.imaging.read import read_same
from studio.parallel import in_order
from studio.project import Project
from studio.project.items import Item, item
from studio.project.part import decode_boxes
from studio.project.versions import Member, Variants, Version, version_folder
from studio.text import tr

MOST_VARIANTS = 4
POOL = 8192
"""Augmented variants a version holds at most, though at least one of each image, unless others were asked for."""


@dataclass(frozen=True)
class Dataset:
    """The images of a version. `train` holds `originals` first, then their augmented variants."""

    train: ImageSet
    originals: ImageSet
    test: ImageSet


def open_dataset(project: Project, version: Version) -> Task[Dataset]:
    """The arrays of a version, made first where they are missing; yields `Progress`.

    Raises `UserError` when an image has gone or changed since it was imported.
    """
    folder = version_folder(project, version.name)
    if not _is_complete(folder, version):
        yield from _build(project, version, folder)
    train, test = _map(folder / "train.npy"), _map(folder / "test.npy")
    labels = _labels(version)
    originals = torch.arange(len(labels))
    sources = torch.cat([originals, originals.repeat_interleave(torch.tensor(_variant_counts(version)))])
    return Dataset(
        train=ImageSet(train, labels[sources], version.classes, sources),
        originals=ImageSet(train[: len(labels)], labels, version.classes),
        test=ImageSet(test, torch.zeros(len(test), dtype=torch.int64)),
    )


class Provenance(msgspec.Struct, frozen=True):
    """One line of variants.jsonl. row: its place in train.npy; source, sha256: of the item it is made from."""

    row: int
    source: int
    sha256: str
    steps: tuple[Applied, ...]


def _variant_counts(version: Version) -> list[int]:
    """How many variants there are of each training image."""
    if not Chain.from_builtins(version.chain).active:
        return [0] * len(version.train)
    wish = version.variants or Variants(max(1, min(MOST_VARIANTS, POOL // len(version.train))))
    return variant_counts([member.label or "" for member in version.train], wish.per_image, wish.balance)


def _shape(version: Version, count: int) -> tuple[int, int, int, int]:
    size = version.normalization.size
    return count, version.channels, size, size


def _train_shape(version: Version) -> tuple[int, int, int, int]:
    return _shape(version, len(version.train) + sum(_variant_counts(version)))


def _labels(version: Version) -> Tensor:
    numbers: dict[str | None, int] = {name: number for number, name in enumerate(version.classes)}
    unknown = -1 if version.classes else 0
    return torch.tensor([numbers.get(member.label, unknown) for member in version.train], dtype=torch.int64)


def _is_complete(folder: Path, version: Version) -> bool:
    files = ((folder / "train.npy", _train_shape(version)), (folder / "test.npy", _shape(version, len(version.test))))
    return all(file.is_file() and np.load(file, mmap_mode="r").shape == shape for file, shape in files)


def _map(file: Path) -> Tensor:
    """An array on the disk as a tensor. Copy on write: torch wants it writable, the file must stay as it is."""
    return torch.from_numpy(np.load(file, mmap_mode="c"))


def _build(project: Project, version: Version, folder: Path) -> Task[None]:
    """Make both arrays in a folder beside, which takes its place when they are complete."""
    partial = folder.with_name(folder.name + ".partial")
    rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield from _write_train(project, version, partial / "train.npy")
        _write_provenance(version, partial / "variants.jsonl")
        yield from _write_test(project, version, partial / "test.npy")
        rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    finally:
        rmtree(partial, ignore_errors=True)


# The arrays are written like any file, not through a memory map: on a full disk that would end the process.


def _write_train(project: Project, version: Version, path: Path) -> Task[None]:
    shape = _train_shape(version)
    with path.open("wb") as file:
        _write_header(file, shape)
        start = file.tell()
        for done, image in enumerate(_decoded(project, version, version.train), 1):
            file.write(image.tobytes())
            yield Progress(done, len(version.train), tr("Preparing the images"))
        file.flush()
        counts = _variant_counts(version)
        if not any(counts):
            return
        originals = np.memmap(path, np.uint8, "c", start, _shape(version, len(version.train)))
        done = len(version.train)
        chain = Chain.from_builtins(version.chain)
        for batch in chain.variants(torch.from_numpy(originals), counts, _seed(version)):
            file.write(batch.contiguous().numpy().tobytes())
            done += len(batch)
            yield Progress(done, shape[0], tr("Augmenting the images"))


def _seed(version: Version) -> int:
    return version.variants.seed if version.variants else 0


def _write_provenance(version: Version, path: Path) -> None:
    """Where each of the variants that were asked for is from."""
    if version.variants is None:
        return
    chain, counts, seed = Chain.from_builtins(version.chain), _variant_counts(version), _seed(version)
    sources = (member for member, count in zip(version.train, counts, strict=True) for _ in range(count))
    with path.open("wb") as file:
        for number, member in enumerate(sources):
            steps = chain.explain(seed, number)
            line = Provenance(len(version.train) + number, member.item, member.sha256, steps)
            file.write(msgspec.json.encode(line) + b"\n")


def _write_test(project: Project, version: Version, path: Path) -> Task[None]:
    with path.open("wb") as file:
        _write_header(file, _shape(version, len(version.test)))
        for done, image in enumerate(_decoded(project, version, version.test), 1):
            file.write(image.tobytes())
            yield Progress(done, len(version.test), tr("Preparing the held-out images"))


def _write_header(file: BinaryIO, shape: tuple[int, ...]) -> None:
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _decoded(project: Project, version: Version, members: Iterable[Member]) -> Iterator[np.ndarray]:
    jobs = ((_as_frozen(project, member), member.sha256) for member in members)
    return decoded(version.normalization, jobs)


def _as_frozen(project: Project, member: Member) -> Item:
    return msgspec.structs.replace(item(project, member.item), masked=decode_boxes(member.masked))


def decoded(normalization: Normalization, jobs: Iterable[tuple[Item, str]]) -> Iterator[np.ndarray]:
    """The normalized images uint8 (C, H, W) of items with the SHA-256 of their files, in order, decoded on all cores.

    Raises `UserError` when an image has gone or changed.
    """

    def normalized(job: tuple[Item, str]) -> np.ndarray:
        shown, digest = job
        image = read_same(shown.path, shown.part, digest, shown.masked)
        if image is None:
            raise UserError(tr("“{path}” has changed since it was imported. Import its folder again.", path=shown.path))
        return normalize(image, normalization).transpose(2, 0, 1)

    return in_order(normalized, jobs)
