"""The split into training and test images: classes in proportion, groups kept together, repeatable by seed."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from studio.errors import UserError
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import USABLE, Item, items
from studio.text import tr


def split(project: Project, test: float = 0.2, group: str | None = None, seed: int = 0) -> Edit | None:
    """Assign each usable image to "train" or "test"; undoable. None when nothing changes.

    test: share of test images, between 0 and 1, met exactly (to the rounding of the total) and per class as nearly as
    whole images allow; one image of each class at least stays for training.
    group: a field of the items. Images with the same value (a patient, a part, a wafer) come to the same side; the
    share is then met as nearly as whole groups allow.
    Raises `UserError` when the field is unknown, or groups are so large that one side would be empty.
    """
    if not 0 <= test < 1:
        raise UserError(tr("The test share must be at least 0 and less than 1, such as 0.2."))
    usable = list(items(project, USABLE))
    labels = [item.label for item in usable]
    quotas = _quotas(Counter(labels), test)
    rng = np.random.default_rng(seed)
    if group is None:
        chosen = _draw(labels, quotas, rng)
    else:
        chosen = _draw_groups(labels, _group_keys(usable, group), quotas, rng)
        if test > 0 and not 0 < len(chosen) < len(usable):
            raise UserError(
                tr(
                    "The groups of “{field}” are too large for a test share of {share:.0%}. Choose another one.",
                    field=group,
                    share=test,
                )
            )
    return edit(
        project,
        "split",
        "split",
        {item.id: "test" if index in chosen else "train" for index, item in enumerate(usable)},
    )


def group_fields(project: Project) -> list[str]:
    """The fields of the images that can keep groups together."""
    rows = project.db.execute("SELECT DISTINCT key FROM item, json_each(item.fields) ORDER BY key")
    return [row[0] for row in rows]


def _quotas(counts: Counter[str | None], test: float) -> dict[str | None, int]:
    """Test images per class by the largest remainder: they add up to the rounded share of all."""
    exact = {label: n * test for label, n in counts.items()}
    quotas = {label: min(math.floor(share), counts[label] - 1) for label, share in exact.items()}
    missing = math.floor(counts.total() * test + 0.5) - sum(quotas.values())
    with_room = [label for label in counts if quotas[label] < counts[label] - 1]
    for label in sorted(with_room, key=lambda label: exact[label] - quotas[label], reverse=True)[: max(0, missing)]:
        quotas[label] += 1
    return quotas


def _draw(labels: Sequence[str | None], quotas: dict[str | None, int], rng: np.random.Generator) -> set[int]:
    """Indices of test images: as many of each class as its quota says."""
    left = dict(quotas)
    chosen = set()
    for index in rng.permutation(len(labels)).tolist():
        if left[labels[index]] > 0:
            left[labels[index]] -= 1
            chosen.add(index)
    return chosen


def _draw_groups(
    labels: Sequence[str | None], keys: Sequence[str], quotas: dict[str | None, int], rng: np.random.Generator
) -> set[int]:
    """Indices of test images in whole groups: the largest first, each taken if it brings classes nearer to quota."""
    members = defaultdict(list)
    for index, key in enumerate(keys):
        members[key].append(index)
    groups = [list(members.values())[position] for position in rng.permutation(len(members))]
    left = dict(quotas)
    chosen: set[int] = set()
    for group in sorted(groups, key=len, reverse=True):
        counts = Counter(labels[index] for index in group)
        if sum(n * (n - 2 * left[label]) for label, n in counts.items()) < 0:  # the squared miss of the quotas falls
            chosen.update(group)
            for label, n in counts.items():
                left[label] -= n
    return chosen


def _group_keys(usable: Sequence[Item], field: str) -> list[str]:
    """The group of each item; an item without the field is a group of its own."""
    if not any(field in item.fields for item in usable):
        known = sorted({name for item in usable for name in item.fields})
        raise UserError(
            tr("No image has a field “{field}”. There are: {known}.", field=field, known=", ".join(known) or "–")
        )
    return [item.fields.get(field) or f"\0{item.id}" for item in usable]
