"""What an import would bring in, in figures and in words."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from studio.importing.layouts import LAYOUTS
from studio.importing.source import Problem
from studio.text import tr, trn

MOST_NAMES = 5
"""Classes that a sentence names."""


class Example(msgspec.Struct, frozen=True):
    """One of the images: where it lies, its class, and a thumbnail as JPEG."""

    path: Path
    label: str | None
    jpeg: bytes


class Recognized(msgspec.Struct, frozen=True):
    """What an import of the sources would bring in.

    layout: its name, `AUTO` for several. images: how many there are, `is_about` where files that may hold several were
    not all opened. classes: files of each, "" those without one; masks and boxes: files of each class with such marks.
    splits: files of each side. only_tested: classes of which all files are there to test with, while others are not.
    groups: how many different patients, parts, ... there are, `at_least` where not all headers were read. depths: bits
    per channel of the images that were opened. examples: some of the images. problems: what cannot be used, as far as
    it was looked at. need_tiles: some images are too large to come in whole.
    """

    layout: str
    images: int
    classes: dict[str, int]
    masks: dict[str, int]
    boxes: dict[str, int]
    splits: dict[str, int]
    groups: dict[str, int]
    at_least: bool
    depths: list[int]
    examples: list[Example]
    problems: list[Problem]
    need_tiles: bool = False
    is_about: bool = False
    only_tested: list[str] = []

    def facts(self) -> dict[str, Any]:
        """For programs: all of it, and the examples without their pictures."""
        facts = {name: getattr(self, name) for name in self.__struct_fields__}
        return facts | {"sentence": self.sentence, "examples": [example.path for example in self.examples]}

    @property
    def title(self) -> str:
        """The layout's, in the user's language."""
        return tr(LAYOUTS[self.layout].title) if self.layout in LAYOUTS else tr("Several layouts")

    @property
    def summary(self) -> str:
        """What the layout looks like, in the user's language."""
        known = LAYOUTS.get(self.layout)
        return tr(known.summary) if known else tr("Each source is read as it is laid out.")

    @property
    def sentence(self) -> str:
        """What was found, as in “120 images, 4 classes, masks for 3, 31 patients, 12 bits”."""
        if not self.images:
            return tr("There are no images in it.")
        return ", ".join(self._words())

    @property
    def untaught(self) -> str:
        """What it means that some classes are only there to test with; empty where none is."""
        if not self.only_tested:
            return ""
        names = ", ".join(f"“{name}”" for name in self.only_tested[:MOST_NAMES])
        return trn(
            "{names} is only among the images to test with: nothing can learn what it looks like.",
            "{names} are only among the images to test with: nothing can learn what they look like.",
            len(self.only_tested),
            names=f"{names} …" if len(self.only_tested) > MOST_NAMES else names,
        )

    def _words(self) -> Iterable[str]:
        images = trn("{n} image", "{n} images", self.images)
        yield tr("about {images}", images=images) if self.is_about else images
        named = [name for name in self.classes if name]
        yield trn("{n} class", "{n} classes", len(named)) if named else tr("no classes")
        for marked, word in ((self.masks, tr("masks for {n}")), (self.boxes, tr("boxes for {n}"))):
            if marked:
                yield word.format(n=f"{len(marked):,}")
        for field, number in self.groups.items():
            words = counted(field, number)
            yield tr("{groups} or more", groups=words) if self.at_least and field in ("patient", "study") else words
        if self.depths:
            yield tr("{bits} bits", bits="/".join(map(str, self.depths)))
        if self.need_tiles:
            some = tr("some so large that they must be cut into tiles")
            yield tr("so large that it must be cut into tiles") if self.images == 1 else some


def counted(field: str, number: int) -> str:
    """How many different values of a field of `GROUPS` there are, in words."""
    match field:
        case "patient":
            return trn("{n} patient", "{n} patients", number)
        case "study":
            return trn("{n} study", "{n} studies", number)
        case "part":
            return trn("{n} part", "{n} parts", number)
        case "lot":
            return trn("{n} lot", "{n} lots", number)
        case "camera":
            return trn("{n} camera", "{n} cameras", number)
        case "device":
            return trn("{n} device", "{n} devices", number)
        case _:
            return trn("{n} side", "{n} sides", number)
