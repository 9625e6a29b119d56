"""How good the samples of each class are, beside held-out real images of the class."""

import msgspec
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from models import usefulness as core
from models.events import Task
from models.metrics import Judge
from models.metrics.neighbors import NEIGHBORS, Manifold
from models.usefulness import Examples, View
from studio.project.versions import Member, Version

FEWEST = 10
"""Held-out images of a class with fewer of which nothing is said of it."""
MOST_LEARNED = 4000


class ClassFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What `n` samples of a class score, and as many held-out images of it (`real`), each figure 0..1.

    believable: precision, the share that looks like some training image of the class. variety: coverage, the share of
    the training images of the class with one of them nearby. recognized: the share that a classifier, taught by the
    real training images, takes for the class.
    """

    label: str
    learned: int
    n: int
    believable: float
    believable_real: float
    variety: float
    variety_real: float
    recognized: float
    recognized_real: float


def judge_classes(
    judge: Judge, version: Version, samples: Tensor, labels: list[str | None]
) -> Task[tuple[ClassFigures, ...]]:
    """The figures of the classes with enough images on both sides, from features (n, D) of samples and their labels.

    Yields `Progress`. Empty for a run without classes.
    """
    train, test = _places(version.train, version.classes), _places(version.test, version.classes)
    made = {name: [i for i, label in enumerate(labels) if label == name] for name in version.classes}
    judged = [
        name
        for name in version.classes
        if len(train[name]) > NEIGHBORS and len(test[name]) >= FEWEST and len(made[name]) >= FEWEST
    ]
    if len(version.classes) < 2 or not judged:
        return ()
    held_out = torch.cat([judge.held_out[test[name]] for name in judged])
    drawn = torch.cat([samples[made[name]] for name in judged])
    told = yield from _told_classes(judge, version, train, torch.cat([held_out, drawn]))
    real_told = dict(zip(judged, told[: len(held_out)].split([len(test[name]) for name in judged]), strict=True))
    made_told = dict(zip(judged, told[len(held_out) :].split([len(made[name]) for name in judged]), strict=True))
    found = []
    for name in judged:
        number = version.classes.index(name)
        manifold = yield from Manifold.of(judge.train[train[name]])
        n = min(len(test[name]), len(made[name]))
        real = yield from manifold.hits(judge.held_out[_evenly(test[name], n)])
        hits = yield from manifold.hits(samples[_evenly(made[name], n)])
        found.append(
            ClassFigures(
                label=name,
                learned=len(train[name]),
                n=n,
                believable=hits.inside,
                believable_real=real.inside,
                variety=hits.covered,
                variety_real=real.covered,
                recognized=_share(made_told[name] == number),
                recognized_real=_share(real_told[name] == number),
            )
        )
    return tuple(found)


def _places(side: tuple[Member, ...], classes: tuple[str, ...]) -> dict[str, list[int]]:
    """Where the images of each class are."""
    places: dict[str, list[int]] = {name: [] for name in classes}
    for index, member in enumerate(side):
        if member.label in places:
            places[member.label].append(index)
    return places


def _told_classes(judge: Judge, version: Version, train: dict[str, list[int]], rows: Tensor) -> Task[Tensor]:
    """The class, int64 (n,), for which the classifier of the usefulness test takes feature rows (n, D)."""
    labels = torch.empty(len(judge.train), dtype=torch.int64)
    for number, places in enumerate(train.values()):
        labels[places] = number
    chosen = torch.arange(0, len(labels), -(-len(labels) // MOST_LEARNED))
    view = View.of(judge.train[chosen])
    targets = one_hot(labels[chosen], len(version.classes)).to(torch.float32)
    aside = torch.arange(len(chosen)) % 5 == 0
    real = Examples(view(judge.train[chosen]), targets)
    probabilities = yield from core.trial(real, [], aside, view(rows))
    return probabilities.argmax(1)


def _evenly(places: list[int], n: int) -> Tensor:
    """`n` of them, spread evenly."""
    return torch.tensor(places)[torch.linspace(0, len(places) - 1, n).round().to(torch.int64)]


def _share(flags: Tensor) -> float:
    return float(flags.to(torch.float64).mean())
