"""Which operations of a chain each image gets, and with which values: uniform numbers made of the seed alone.

Each number depends on the seed, the image's number and the operation alone, so that adding, moving or switching off
another step leaves it as it was, and a batch can be cut anywhere.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from studio.augmenting.operation import Operation, names_of
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
    names: tuple[str, ...]
    """Of its ranges and its chances."""
    numbers: np.ndarray
    """Their values (N, names)."""

    def values_of(self, number: int) -> dict[str, float]:
        """The values of one image."""
        return dict(zip(self.names, self.numbers[number].tolist(), strict=True))

    def acts_on(self, number: int) -> bool:
        """Whether an image gets the operation with values that change it."""
        return bool(self.chosen[number]) and not self.operation.is_neutral(self.values_of(number))


@dataclass(frozen=True)
class Mixed:
    """What was drawn for a group whose changed copies are blended with the image."""

    chosen: np.ndarray
    """Which images get it: bool (N,)."""
    shares: np.ndarray
    """Of each copy in the result, (N, copies); the rest is the image's own."""
    copies: tuple[list[Drawn], ...]


def draw(steps: tuple[Step | Group, ...], strength: float, seed: int, first: int, count: int) -> list[Drawn | Mixed]:
    """Draw for images `first` to `first + count` all that is switched on, in the order in which it is carried out."""
    plan = _plan(steps, strength)
    uniform = _uniform(plan.columns, seed, first, count)
    numbers = plan.low + plan.span * uniform
    applied = uniform[:, plan.starts] < plan.probabilities
    drawn: list[Drawn | Mixed] = []
    members: dict[tuple[int, ...], np.ndarray] = {}
    for seat, chosen in zip(plan.seats, applied.T, strict=True):
        if isinstance(seat.what, Group) and seat.what.kind == "mix":
            copies = _draw_copies(seat, strength, seed, first, count)
            drawn.append(Mixed(chosen, _shares(uniform[:, seat.start + 1 : seat.end]), copies))
        elif isinstance(seat.what, Group):
            taken = chosen[:, None] & _members(seat.what, uniform[:, seat.start + 1 : seat.end])
            members |= {(*seat.place, number): column for number, column in enumerate(taken.T)}
        else:
            chosen = chosen & members[seat.place] if seat.place in members else chosen
            values = numbers[:, seat.start + 1 : seat.end]
            drawn.append(Drawn(seat.place, seat.what, chosen, names_of(type(seat.what)), values))
    return drawn


class _Seat(NamedTuple):
    """A group or an operation that is switched on, and which of all the numbers are its own.

    occurrence: how many of its name come before it.
    """

    place: tuple[int, ...]
    what: Operation | Group
    occurrence: int
    start: int
    end: int


class _Plan(NamedTuple):
    """What a chain draws."""

    seats: list[_Seat]
    starts: list[int]
    """The first numbers of the seats, which decide whether an image gets what sits there."""
    probabilities: np.ndarray
    columns: np.ndarray
    """For each number the sequence it comes from, and its range."""
    low: np.ndarray
    span: np.ndarray


@lru_cache(maxsize=64)
def _plan(steps: tuple[Step | Group, ...], strength: float) -> _Plan:
    seats, columns = [], [np.empty(0, np.uint64)]
    bounds: list[tuple[float, float]] = []
    seen: Counter[str] = Counter()
    for place, what, is_on in _places(steps):
        drawn = what if isinstance(what, Group) else what.operation.weakened(strength)
        name = "group" if isinstance(drawn, Group) else drawn.name
        start = len(bounds)
        bounds += [(0.0, 1.0), *drawn.bounds()]
        columns.append(_columns(name, seen[name], len(bounds) - start))
        if is_on:
            seats.append(_Seat(place, drawn, seen[name], start, len(bounds)))
        seen[name] += 1
    low, high = np.array(bounds).reshape(-1, 2).T
    probabilities = np.array([seat.what.probability for seat in seats])
    return _Plan(seats, [seat.start for seat in seats], probabilities, np.concatenate(columns), low, high - low)


def _places(steps: Sequence[Step | Group]) -> Iterator[tuple[tuple[int, ...], Step | Group, bool]]:
    """Each step, group, and step within a group, in order, and whether it is switched on; those of a mix are drawn for
    each copy by itself."""
    for index, what in enumerate(steps):
        yield (index,), what, what.enabled
        if isinstance(what, Group) and what.kind != "mix":
            for number, step in enumerate(what.steps):
                yield (index, number), step, what.enabled and step.enabled


def _members(group: Group, numbers: np.ndarray) -> np.ndarray:
    """Which steps of a group are taken: bool (N, steps). The first of the numbers (N, 1 + steps) says how many; then it
    is those that are switched on and have the smallest numbers of their own."""
    enabled = np.array([step.enabled for step in group.steps], bool)
    low, high = group.counts()
    wanted = low + np.floor(numbers[:, :1] * (high - low + 1))
    ranks = np.where(enabled, numbers[:, 1:], np.inf).argsort(1).argsort(1)
    return (ranks < wanted) & enabled


def _draw_copies(seat: _Seat, strength: float, seed: int, first: int, count: int) -> tuple[list[Drawn], ...]:
    """For each copy of a mix what some of the group's steps draw, from a seed of its own."""
    assert isinstance(seat.what, Group)
    pool = (replace(seat.what, kind="some_of", probability=1.0),)
    return tuple(
        [
            dataclasses.replace(each, place=(*seat.place, each.place[1]))
            for each in draw(pool, strength, _hash(f"{seed}/{seat.occurrence}/{copy}"), first, count)
            if isinstance(each, Drawn)
        ]
        for copy in range(seat.what.copies)
    )


def _shares(numbers: np.ndarray) -> np.ndarray:
    """Of the copies of a mix, (N, copies), from uniform numbers (N, 1 + copies).

    The first of them is Beta(1, 1), and exponential numbers over their sum are Dirichlet(1, ..., 1).
    """
    weights = -np.log1p(-numbers[:, 1:]) + np.finfo(float).tiny
    return numbers[:, :1] * weights / weights.sum(1, keepdims=True)


@cache
def _columns(name: str, occurrence: int, width: int) -> np.ndarray:
    """Where the random sequences of an operation begin: uint64 (width,)."""
    return np.array([_hash(f"{name}/{occurrence}/{column}") for column in range(width)], "u8")


def _hash(text: str) -> int:
    """64 bits."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _uniform(columns: np.ndarray, seed: int, first: int, count: int) -> np.ndarray:
    """Numbers in [0, 1), float64 (count, columns): SplitMix64 (Steele, Lea & Flood 2014), a sequence a column."""
    start = _mix(columns ^ np.uint64(seed % 2**64))
    numbers = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    return (_mix(start + GOLDEN * numbers[:, None]) >> np.uint64(11)) * 2.0**-53


def _mix(bits: np.ndarray) -> np.ndarray:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
