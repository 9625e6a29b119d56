"""Guardrails: what is wrong with a chain for these images, in plain words, beside the step concerned."""

from collections.abc import Iterator

import msgspec

from studio.augmenting.chain import Chain
from studio.augmenting.invariances import Meaning
from studio.augmenting.operation import Insertion
from studio.augmenting.steps import Step
from studio.augmenting.traits import Traits, traits
from studio.text import tr


class Caution(msgspec.Struct, frozen=True):
    """One sentence about the step at `place`: its index in the chain, then within its group."""

    place: tuple[int, ...]
    text: str


def cautions(chain: Chain, is_gray: bool, meaning: Meaning | None, has_marks: bool = True) -> list[Caution]:
    """What the steps that are switched on would do against the images and against what carries meaning in them.

    has_marks: whether a defect is marked anywhere, which could be put on other images.
    """
    meaning = meaning or Meaning()
    found = []
    for place, step in enabled_steps(chain):
        texts = list(_sentences(traits(step.operation), is_gray, meaning))
        if step.operation.empties():
            texts = [tr("Nothing of any image would be left to see.")]
        elif isinstance(step.operation, Insertion) and not has_marks:
            texts = [tr("This step does nothing until a defect is marked in Label.")]
        found += [Caution(place, text) for text in texts]
    return found


def enabled_steps(chain: Chain) -> Iterator[tuple[tuple[int, ...], Step]]:
    """The steps that are switched on, in groups too, with their places."""
    for index, entry in enumerate(chain.steps):
        if not entry.enabled:
            continue
        if isinstance(entry, Step):
            yield (index,), entry
        else:
            yield from (((index, inner), step) for inner, step in enumerate(entry.steps) if step.enabled)


def _sentences(found: Traits, is_gray: bool, meaning: Meaning) -> Iterator[str]:
    if not found.changes:
        yield tr("As it is set, this step changes nothing.")
    elif is_gray and not found.changes_gray:
        yield tr("This step does nothing: your images are gray.")
    elif is_gray:
        for title in found.color_settings:
            yield tr("{setting} does nothing: your images are gray.", setting=tr(title))
    if meaning.left_right and meaning.up_down and found.turns_sideways and found.turns_over:
        yield tr(
            "This step can turn images so far that their sides are mistaken, and you said that they carry meaning."
        )
    elif meaning.left_right and found.turns_sideways:
        yield tr("This step swaps left and right, and you said that they carry meaning.")
    elif meaning.up_down and found.turns_over:
        yield tr("This step can put the top elsewhere, and you said that up and down carry meaning.")
    if meaning.brightness and found.brightens:
        yield tr("This step changes brightness, and you said that it carries meaning.")
    if meaning.color and found.tints:
        yield tr("This step changes colors, and you said that they carry meaning.")
