"""Versions: what a training run saw, frozen and named by a hash."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from studio.imaging.normalize import Normalization
from studio.project.items import USABLE
from studio.project.store import Project


class Member(msgspec.Struct, frozen=True, array_like=True):
    """One image of a version; `sha256` is of its file, `part` says which image of the file, and `masked` what of
    it was made even, both as JSON."""

    item: int
    sha256: str
    label: str | None
    part: str = ""
    masked: str = ""


class Variants(msgspec.Struct, frozen=True):
    """Augmented variants of each training image; balanced, as many of each class as of the largest."""

    per_image: int
    balance: bool = False
    seed: int = 0


class Version(msgspec.Struct, frozen=True):
    """A data set as it stood when a run began.

    chain: the part of the project's augmentation chain that a generator may learn from, as JSON holds it.
    classes: those a generator can be asked for; empty where some training images have none, unless it learns from
        unlabeled images too.
    validation: images that a run neither learns from nor is judged by, for the training that the export is made for.
    variants: those that were asked for; None leaves their number to the training.
    """

    normalization: Normalization
    chain: dict[str, Any]
    classes: tuple[str, ...]
    train: tuple[Member, ...]
    test: tuple[Member, ...]
    validation: tuple[Member, ...] = ()
    variants: Variants | None = None

    @property
    def name(self) -> str:
        """Twelve hexadecimal digits that depend on the images' content, labels and treatment, not on where they lie."""
        sides = (self.train, self.validation, self.test)
        texts = [_side_text(side) for side in sides]
        return version_name(self.normalization, self.chain, self.classes, texts, self.variants)

    @property
    def channels(self) -> int:
        return 1 if self.normalization.mode == "gray" else 3

    @property
    def unlabeled(self) -> int:
        """Training images without a label."""
        return sum(member.label is None for member in self.train)

    def class_counts(self) -> dict[str, int]:
        """Training images per class."""
        counts = dict.fromkeys(self.classes, 0)
        for member in self.train:
            if member.label in counts:
                counts[member.label] += 1
        return counts


def version_name(
    normalization: Normalization,
    chain: dict[str, Any],
    classes: tuple[str, ...],
    sides: Sequence[str],
    variants: Variants | None = None,
) -> str:
    """The name of a version, from its sides (training, validation, test) as texts."""
    digest = sha256(msgspec.json.encode((normalization, chain, classes, variants), order="deterministic"))
    for side in sides:
        digest.update(f"\n{side}".encode())
    return digest.hexdigest()[:12]


def side_text(project: Project, condition: str) -> str:
    """The usable items that meet an SQL condition as the text of a side, made by SQLite while other threads run."""
    return project.db.execute(
        "SELECT coalesce(group_concat(line, char(30)), '') FROM ("
        "SELECT sha256 || char(31) || part || char(31) || coalesce(class.name, '')"
        " || char(31) || masked AS line"
        " FROM item LEFT JOIN class ON class.id = class_id"
        f" WHERE {USABLE} AND {condition} ORDER BY item.id)"
    ).fetchone()[0]


def _side_text(side: Sequence[Member]) -> str:
    return "\x1e".join(
        f"{member.sha256}\x1f{member.part}\x1f{member.label or ''}\x1f{member.masked}" for member in side
    )


def keep_version(project: Project, version: Version) -> None:
    """Remember a version, unless the project knows it already."""
    with project.writing() as db:
        db.execute(
            "INSERT OR IGNORE INTO version VALUES (?, ?, ?)",
            (version.name, datetime.now(UTC).isoformat(), msgspec.json.encode(version).decode()),
        )


def find_version(project: Project, name: str) -> Version:
    """A version by its name. Raises `KeyError`."""
    row = project.db.execute("SELECT manifest FROM version WHERE hash = ?", (name,)).fetchone()
    if row is None:
        raise KeyError(name)
    return msgspec.json.decode(row["manifest"], type=Version)


def version_folder(project: Project, name: str) -> Path:
    """Where a version's arrays are cached; the folder may be deleted and is then made again."""
    return project.folder / "versions" / name
