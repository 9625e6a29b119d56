"""Which operations of a chain each image gets, and with which values: uniform numbers made of the seed alone.

Each number depends on the seed, the image's number and the operation alone, so that adding, moving or switching off
another step leaves it as it was, and a batch can be cut anywhere.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np

from studio.augmenting.operation import Operation
from studio.augmenting.steps import Group, Step

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Drawn:
    """What was drawn for one operation."""

    place: tuple[int, ...]
    """The index of its step, and then within its group."""
    operation: Operation
    chosen: np.ndarray
    """Which images get it: bool (N,)."""
    values: dict[str, np.ndarray]
    """For each image, (N,) each."""

    def values_of(self, number: int) -> dict[str, float]:
        """The values of one image."""
        return {name: float(values[number]) for name, values in self.values.items()}

    def acts_on(self, number: int) -> bool:
        """Whether an image gets the operation with values that change it."""
        return bool(self.chosen[number]) and not self.operation.is_neutral(self.values_of(number))


def draw(steps: Sequence[Step | Group], strength: float, seed: int, first: int, count: int) -> list[Drawn]:
    """Draw for images `first` to `first + count` all that is switched on, in the order in which it is carried out."""
    seats = list(_seats(steps))
    columns = np.concatenate([np.empty(0, np.uint64), *(_columns(*key) for _, _, key in seats)])
    numbers = _uniform(columns, seed, first, count)
    drawn = []
    members: dict[tuple[int, ...], np.ndarray] = {}
    start = 0
    for place, what, (_, _, width) in seats:
        own, start = numbers[:, start : start + width], start + width
        if isinstance(what, Group):
            members |= {(*place, number): chosen for number, chosen in enumerate(_members(what, own).T)}
        elif what.enabled:
            operation = what.operation.weakened(strength)
            chosen = (own[:, 0] < operation.probability) & members.get(place, np.True_)
            drawn.append(Drawn(place, operation, chosen, operation.values(own[:, 1:])))
    return drawn


_Key = tuple[str, int, int]
"""A name, how many of that name came before, and how many numbers it needs."""


def _seats(steps: Sequence[Step | Group]) -> Iterator[tuple[tuple[int, ...], Step | Group, _Key]]:
    """Each step, group, and step within a group, with its place and its key."""
    seen: Counter[str] = Counter()

    def key(name: str, width: int) -> _Key:
        seen[name] += 1
        return name, seen[name] - 1, width

    for index, what in enumerate(steps):
        if isinstance(what, Step):
            yield (index,), what, key(what.operation.name, 1 + what.operation.draws())
            continue
        yield (index,), what, key("group", 2 + len(what.steps))
        for number, step in enumerate(what.steps):
            yield (index, number), step, key(step.operation.name, 1 + step.operation.draws())


def _members(group: Group, numbers: np.ndarray) -> np.ndarray:
    """Which steps of a group each image gets: bool (N, steps). The group's first number decides on the group, its
    second on how many; then the enabled steps with the smallest numbers of their own are taken."""
    enabled = np.array([step.enabled for step in group.steps], bool)
    low, high = group.counts()
    wanted = low + np.floor(numbers[:, 1] * (high - low + 1))
    ranks = np.where(enabled, numbers[:, 2:], np.inf).argsort(1).argsort(1)
    applied = group.enabled & (numbers[:, 0] < group.probability)
    return (ranks < wanted[:, None]) & enabled & applied[:, None]


@cache
def _columns(name: str, occurrence: int, width: int) -> np.ndarray:
    """Where the random sequences of an operation begin: uint64 (width,)."""
    names = (f"{name}/{occurrence}/{column}" for column in range(width))
    return np.array([int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") for name in names], "u8")


def _uniform(columns: np.ndarray, seed: int, first: int, count: int) -> np.ndarray:
    """Numbers in [0, 1), float64 (count, columns): SplitMix64 (Steele, Lea & Flood 2014), a sequence a column."""
    start = _mix(columns ^ _mix(np.array([seed % 2**64], np.uint64)))
    numbers = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    return (_mix(start + GOLDEN * numbers[:, None]) >> np.uint64(11)) * 2.0**-53


def _mix(bits: np.ndarray) -> np.ndarray:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
