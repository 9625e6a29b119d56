"""The split into training, validation and test images: classes in proportion, groups together, repeatable by seed."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from studio.errors import UserError
from studio.labeling.frozen import check_thawed
from studio.labeling.grouping import Groups
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import USABLE
from studio.text import tr

Label = int | None
"""The id of a class."""


class GroupsTooLarge(UserError):
    """Whole groups leave a side of the split empty."""


def split(
    project: Project,
    test: float = 0.2,
    *,
    validation: float = 0.0,
    groups: Groups | None = None,
    seed: int = 0,
    thaw: bool = False,
) -> Edit | None:
    """Assign each usable image to "train", "validation" or "test"; undoable. None when nothing changes.

    test, validation: shares of all images, together less than 1, met exactly (to the rounding of the total) and per
    class as nearly as whole images allow; one image of each class at least stays for training.
    groups: the images of a group come to the same side, see `studio.labeling.grouping.find_groups`; the shares are then
    met as nearly as whole groups allow.
    thaw: split also where runs were trained and judged with the split that stands.
    Raises `UserError` when a share is impossible, groups are so large that a side would be empty, or runs would lose
    the split they used.
    """
    if not (0 <= test < 1 and 0 <= validation < 1 and test + validation < 1):
        raise UserError(tr("The shares of test and validation images must be at least 0, and less than 1 together."))
    ids, labels = _usable(project)
    keys = None if groups is None else [groups.get(item_id, f"\0{item_id}") for item_id in ids]
    shares = {side: share for side, share in (("test", test), ("validation", validation)) if share}
    sides = _draw(labels, keys, shares, np.random.default_rng(seed))
    if groups is not None and not {"train", *shares} <= set(sides):
        raise GroupsTooLarge(
            tr("The groups are too large: a side would be empty. Keep less together, or choose other shares.")
        )
    values = dict(zip(ids, sides, strict=True))
    if not thaw:
        check_thawed(project, values)
    return edit(project, "split", "split", values)


def _usable(project: Project) -> tuple[list[int], list[Label]]:
    rows = project.db.execute(f"SELECT id, class_id FROM item WHERE {USABLE} ORDER BY id").fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]


def _draw(
    labels: Sequence[Label], keys: Sequence[str] | None, shares: Mapping[str, float], rng: np.random.Generator
) -> list[str]:
    """The side of each image, one side after the other from what the sides before left for training."""
    sides = ["train"] * len(labels)
    counts, left = Counter(labels), Counter(labels)
    order = rng.permutation(len(labels)).tolist()
    for side, share in shares.items():
        quotas = _quotas(counts, left, share)
        free = [index for index in order if sides[index] == "train"]
        chosen = _draw_images(labels, free, quotas) if keys is None else _draw_groups(labels, keys, free, quotas)
        for index in chosen:
            sides[index] = side
        left -= Counter(labels[index] for index in chosen)
    return sides


def _quotas(counts: Counter[Label], left: Counter[Label], share: float) -> dict[Label, int]:
    """Images of a side per class by the largest remainder: they add up to the rounded share of all."""
    exact = {label: n * share for label, n in counts.items()}
    quotas = {label: max(0, min(math.floor(size), left[label] - 1)) for label, size in exact.items()}
    missing = math.floor(counts.total() * share + 0.5) - sum(quotas.values())
    with_room = [label for label in counts if quotas[label] < left[label] - 1]
    for label in sorted(with_room, key=lambda label: exact[label] - quotas[label], reverse=True)[: max(0, missing)]:
        quotas[label] += 1
    return quotas


def _draw_images(labels: Sequence[Label], free: Sequence[int], quotas: Mapping[Label, int]) -> list[int]:
    """Indices among `free`, as many of each class as its quota says."""
    left = dict(quotas)
    chosen = []
    for index in free:
        if left[labels[index]] > 0:
            left[labels[index]] -= 1
            chosen.append(index)
    return chosen


def _draw_groups(
    labels: Sequence[Label], keys: Sequence[str], free: Sequence[int], quotas: Mapping[Label, int]
) -> list[int]:
    """Indices among `free` in whole groups: the largest that fit the quotas, then any that bring nearer to them."""
    groups = defaultdict(list)
    for index in free:
        groups[keys[index]].append(index)
    by_size = sorted(groups.values(), key=len, reverse=True)
    left = dict(quotas)
    chosen: list[int] = []
    for is_welcome in (_fits, _helps):
        for group in by_size:
            counts = Counter(labels[index] for index in group)
            if is_welcome(counts, left):
                chosen += group
                for label, n in counts.items():
                    left[label] -= n
        taken = set(chosen)
        by_size = [group for group in by_size if group[0] not in taken]
    return chosen


def _fits(counts: Counter[Label], left: Mapping[Label, int]) -> bool:
    return all(n <= left[label] for label, n in counts.items())


def _helps(counts: Counter[Label], left: Mapping[Label, int]) -> bool:
    """Whether a group lessens the squared miss of the quotas."""
    return sum(n * (n - 2 * left[label]) for label, n in counts.items()) < 0
