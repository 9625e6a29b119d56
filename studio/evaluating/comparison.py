"""What the usefulness test compares: which real images teach and which judge, and what is added to them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from models.events import Task
from studio.augmenting import Chain, project_chain
from studio.errors import UserError
from studio.labeling.grouping import BELONGING, RELATIVES, Groups, find_groups
from studio.project import Project
from studio.project.runs import find_run
from studio.project.versions import Member, Version, find_version
from studio.synthesizing.synthesize import best_moment
from studio.text import tr
from studio.training.freeze import DEFAULT_SIZE, check_trainable, current_version

FEWEST = 10
"""Images of a class on each side: with fewer, nothing can be said of it."""
MOST_LEARNED = 4000
"""Real training images that teach: with more, what is added hardly matters."""
FEWEST_ADDED, MOST_ADDED = 100, 2000
"""Added images of each kind: per class at least, and of all classes at most."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All that settles the result of a test.

    run, checkpoint: where synthetic images come from; None where there are none. chain: what makes the augmented ones,
    as JSON holds it; None where there are none. learned, unseen: real images by class, of each side. related: held-out
    images left out because a training image is of the same thing. added: images of each kind for each class.
    """

    version: str
    run: str | None
    checkpoint: str | None
    chain: dict[str, Any] | None
    learned: dict[str, int]
    unseen: dict[str, int]
    related: int
    added: int

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(self.learned)

    @property
    def arms(self) -> dict[str, tuple[str, ...]]:
        """The kinds of images that each arm of the test adds to the real ones, by the arm's name."""
        kinds = [kind for kind, source in (("augmented", self.chain), ("synthetic", self.run)) if source is not None]
        arms: dict[str, tuple[str, ...]] = {"real": (), **{kind: (kind,) for kind in kinds}}
        return arms | {"both": tuple(kinds)} if len(kinds) > 1 else arms


class Side(NamedTuple):
    """Images that take part: indices into the version's side, their classes, and their groups as numbers, each (n,)."""

    indices: np.ndarray
    labels: np.ndarray
    groups: np.ndarray


class Setup(NamedTuple):
    """A comparison and the real images it is made with."""

    comparison: Comparison
    version: Version
    train: Side
    test: Side


class Outline(NamedTuple):
    """What a test would compare, before anybody looks whether held-out images are known from training.

    learned: real training images by class. samples_of: the run whose samples are tried; None where there is none.
    """

    version: Version
    chain: Chain
    samples_of: str | None
    learned: dict[str, int]


def outline(project: Project, run: str | None) -> Outline:
    """What a test with the samples of a run (None: with the project's chain alone) would compare.

    Raises `UserError` when there is nothing to compare, or too little to compare it by.
    """
    version, chain = _version(project, run), project_chain(project)
    samples_of = run if version.classes else None
    if samples_of is None and not chain.active:
        raise UserError(_nothing_to_add(run))
    learned = _labeled(version.train, range(len(version.train)))
    classes = _classes(learned, _labeled(version.test, range(len(version.test))))
    counts = Counter(member.label for _, member in _of(classes, learned))
    return Outline(version, chain, samples_of, {name: counts[name] for name in classes})


def compare(project: Project, run: str | None) -> Task[Setup]:
    """What such a test compares. Held-out images that belong together with a training image are left out: they would be
    known already. Yields `Progress`. Raises as `outline` does.
    """
    version, chain, samples_of, _ = outline(project, run)
    groups = yield from find_groups(project, BELONGING, RELATIVES)
    known = {groups[member.item] for member in version.train if member.item in groups}
    strangers = [index for index, each in enumerate(version.test) if groups.get(each.item) not in known]
    learned, unseen = _labeled(version.train, range(len(version.train))), _labeled(version.test, strangers)
    classes = _classes(learned, unseen)
    train, test = _side(_of(classes, learned), classes, groups), _side(_of(classes, unseen), classes, groups)
    comparison = Comparison(
        version=version.name,
        run=samples_of,
        checkpoint=None if samples_of is None else best_moment(project, find_run(project, samples_of)).stem,
        chain=_active_part(chain),
        learned=_counts(train, classes),
        unseen=_counts(test, classes),
        related=len(version.test) - len(strangers),
        added=added_for(int(np.bincount(train.labels).max()), len(classes)),
    )
    return Setup(comparison, version, train, test)


Place = tuple[int, Member]
"""An image and its index in its side of the version."""


def _version(project: Project, run: str | None) -> Version:
    if run is not None:
        return find_version(project, find_run(project, run).version)
    check_trainable(project)
    return current_version(project, DEFAULT_SIZE)


def _nothing_to_add(run: str | None) -> str:
    if run is None:
        return tr(
            "There is nothing to compare: choose augmentations in Augment, or a run whose samples are to be tried."
        )
    return tr(
        "This run learned without classes, so its samples cannot teach any. Label all images and train again, or choose"
        " augmentations in Augment."
    )


def _active_part(chain: Chain) -> dict[str, Any] | None:
    return msgspec.json.decode(chain.encode()) if chain.active else None


def _labeled(side: Sequence[Member], indices: Sequence[int]) -> list[Place]:
    return [(index, side[index]) for index in indices if side[index].label is not None]


def _classes(learned: Sequence[Place], unseen: Sequence[Place]) -> tuple[str, ...]:
    """The classes with enough images on both sides."""
    here, there = (Counter(member.label for _, member in places) for places in (learned, unseen))
    classes = tuple(sorted(name for name in here if name and min(here[name], there[name]) >= FEWEST))
    if len(classes) < 2:
        raise UserError(
            tr(
                "This test needs two classes with at least {n} training images and {n} held-out images each, none of"
                " the same thing. Label more images, or hold out more in Label.",
                n=FEWEST,
            )
        )
    return classes


def _of(classes: Sequence[str], places: Sequence[Place]) -> list[Place]:
    """Those of the classes; at most `MOST_LEARNED`, spread evenly."""
    chosen = [place for place in places if place[1].label in classes]
    return chosen[:: max(1, -(-len(chosen) // MOST_LEARNED))]


def _side(places: Sequence[Place], classes: Sequence[str], groups: Groups) -> Side:
    numbers: dict[str, int] = {}
    own = [groups.get(member.item, f"item {member.item}") for _, member in places]
    return Side(
        np.array([index for index, _ in places], np.int64),
        np.array([classes.index(member.label or "") for _, member in places], np.int64),
        np.array([numbers.setdefault(group, len(numbers)) for group in own], np.int64),
    )


def _counts(side: Side, classes: Sequence[str]) -> dict[str, int]:
    return dict(zip(classes, np.bincount(side.labels, minlength=len(classes)).tolist(), strict=True))


def added_for(largest: int, classes: int) -> int:
    """Images of each kind for each class: as many as the largest class has, within bounds."""
    return min(max(largest, FEWEST_ADDED), max(1, MOST_ADDED // classes))
