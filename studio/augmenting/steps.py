"""What a chain is made of: steps, and groups of which some are drawn for each image."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from studio.augmenting.operation import Operation

GroupKind = Literal["one_of", "some_of"]


class Step(msgspec.Struct, frozen=True):
    """One operation of a chain; switched off it keeps its settings."""

    operation: Operation
    enabled: bool = True


class Group(msgspec.Struct, frozen=True):
    """Steps of which each image gets one, or some; they keep their order and their own probabilities.

    Each of the steps that are switched on is as likely as the others. `count` is for "some_of": fewest and most, each
    number in between as likely. `probability` says how often an image gets anything of the group.
    """

    kind: GroupKind = "one_of"
    steps: tuple[Step, ...] = ()
    count: tuple[Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)]] = (1, 2)
    probability: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0
    enabled: bool = True

    def counts(self) -> tuple[int, int]:
        """How many steps an image gets, at least and at most."""
        return (1, 1) if self.kind == "one_of" else self.count

    def bounds(self) -> list[tuple[float, float]]:
        """Between what its numbers are drawn: how many steps are taken, and one for each step."""
        return [(0.0, 1.0)] * (1 + len(self.steps))
