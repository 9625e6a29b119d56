"""What a chain is made of: steps, and groups of which some are drawn for each image or for changed copies of it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from studio.augmenting.operation import Operation, ranges_of
from studio.text import tr, trn

GroupKind = Literal["one_of", "some_of", "mix"]
MOST_COPIES = 8


class Step(msgspec.Struct, frozen=True):
    """One operation of a chain; switched off it keeps its settings."""

    operation: Operation
    enabled: bool = True

    def describe(self) -> str:
        """The operation with its settings in a few words, and how many of the images get it."""
        words = f"{tr(self.operation.title)} ({self.operation.describe()})"
        return _share(self.operation.probability, words) if ranges_of(type(self.operation)) else words


class Group(msgspec.Struct, frozen=True):
    """Steps of which each image gets one, or some; they keep their order and their own probabilities.

    Each of the steps that are switched on is as likely as the others. `count` is for "some_of" and "mix": fewest and
    most, each number in between as likely. `probability` says how often an image gets anything of the group.
    A "mix" (AugMix, Hendrycks et al. 2020) draws steps for each of so many `copies` of the image and blends them with
    it: the copies' weights among each other are Dirichlet(1, ..., 1), their share as a whole Beta(1, 1). Masks and
    boxes stay as they are, for the image itself is still seen.
    """

    kind: GroupKind = "one_of"
    steps: tuple[Step, ...] = ()
    count: tuple[Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)]] = (1, 2)
    probability: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0
    enabled: bool = True
    copies: Annotated[int, Meta(ge=1, le=MOST_COPIES)] = 3

    @property
    def for_generators(self) -> bool:
        """Whether a generator may learn what the group makes; of a mix it would paint the blends."""
        return self.kind != "mix"

    def counts(self) -> tuple[int, int]:
        """How many steps an image gets, at least and at most."""
        return (1, 1) if self.kind == "one_of" else self.count

    def describe(self) -> str:
        """What is switched on in it, in words."""
        steps = ", ".join(step.describe() for step in self.steps if step.enabled)
        low, high = self.counts()
        words = tr("one of: {steps}", steps=steps)
        if self.kind == "some_of":
            words = tr("{low} to {high} of: {steps}", low=low, high=high, steps=steps)
        if self.kind == "mix":
            words = trn(
                "a blend with {n} copy, changed by {low} to {high} of: {steps}",
                "a blend with {n} copies, each changed by {low} to {high} of: {steps}",
                self.copies,
                low=low,
                high=high,
                steps=steps,
            )
        return _share(self.probability, words)

    def bounds(self) -> list[tuple[float, float]]:
        """Between what its numbers are drawn: how many steps are taken, and one for each step; of a mix the share of
        the copies, and one for the weight of each."""
        return [(0.0, 1.0)] * (1 + (self.copies if self.kind == "mix" else len(self.steps)))


def _share(probability: float, words: str) -> str:
    if probability == 1:
        return words
    return tr("{percent:g}% of the images: {step}", percent=round(100 * probability, 1), step=words)
