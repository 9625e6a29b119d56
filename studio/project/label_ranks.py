"""The labels of many items as small numbers, for coloring."""

from typing import NamedTuple

import numpy as np

from studio.project.store import Project


class LabelRanks(NamedTuple):
    """ranks: (n,) for each item the place of its label in `names`. names: the most frequent first; "" is no label."""

    ranks: np.ndarray
    names: list[str]


def label_ranks(project: Project, ids: np.ndarray) -> LabelRanks:
    """The labels of items by their ids (n,)."""
    rows = project.db.execute("SELECT id, class_id FROM item WHERE class_id IS NOT NULL ORDER BY id").fetchall()
    labeled, class_ids = np.array([tuple(row) for row in rows], np.int64).reshape(-1, 2).T
    place = np.searchsorted(labeled, ids).clip(max=max(len(labeled) - 1, 0))
    is_labeled = labeled[place] == ids if len(labeled) else np.zeros(len(ids), bool)
    wanted = np.where(is_labeled, class_ids[place] if len(labeled) else 0, 0)
    known, codes, counts = np.unique(wanted, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    names = dict(tuple(row) for row in project.db.execute("SELECT id, name FROM class"))
    return LabelRanks(np.argsort(order)[codes], [names.get(int(known[code]), "") for code in order])
