"""What every check has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import ClassVar

import msgspec

from models.events import Event
from studio.project import Project
from studio.project.revisions import Kind


class Finding(msgspec.Struct, frozen=True):
    """What a check says about an image, or about something that is none (`item` None): a file that never became one, or
    a class.

    score: 0 hardly to 1 certainly. reason: one sentence in the user's language. file: its path, or the class's name.
    related: the images that it is compared with, the most telling first.
    """

    item: int | None
    check: str
    score: float
    reason: str
    file: str
    related: tuple[int, ...] = ()


class Effort(IntEnum):
    """What a check costs when it first sees an image: next to nothing, for the import measured all that it needs; about
    as much as decoding the image; several times as much, for a network looks at it."""

    LITTLE = 0
    MUCH = 1
    MOST = 2


class NoSettings(msgspec.Struct, frozen=True):
    """There is nothing to set."""


class Check(ABC):
    """One kind of trouble, looked for in the rows of a project: images are measured once, when they are imported."""

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence on what it finds and why that matters."""
    reads: ClassVar[Sequence[Kind]] = ("images",)
    """What it goes by beside its settings: when that has changed, so may what it finds."""
    follows: ClassVar[Sequence["type[Check]"]] = ()
    """Checks whose settings it goes by as well."""
    effort: ClassVar[Effort] = Effort.LITTLE
    Settings: ClassVar[type[msgspec.Struct]] = NoSettings
    by_eye: ClassVar[bool] = False
    """Whether only a person can tell which of the found images is at fault: they are not set aside in bulk."""

    def __init__(self, settings: msgspec.Struct) -> None:
        self.settings = settings

    @abstractmethod
    def find(self, project: Project) -> Iterator[Finding | Event]:
        """Every real image that is in trouble, whatever was decided about it, the worst first.

        A check that takes its time yields events in between, so that it can be canceled.
        """

    def expected_false(self, project: Project, found: int) -> float | None:
        """The share of so many findings that is expected to be false, measured on the project's own images.

        None where a finding is a fact.
        """
        return None

    def advice(self, project: Project) -> str:
        """What is to be said of going through the findings, in the user's language; of most checks nothing."""
        return ""
