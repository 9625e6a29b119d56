"""A file opened once, whose images are decoded one at a time."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import ClassVar

from studio.imaging.image import Image, Large
from studio.imaging.unreadable import DAMAGE, Unreadable
from studio.project.part import Plane

MOST_PIXELS = 200_000_000
"""More than the largest cameras take; a larger image would fill the memory of a small machine."""

Damage = tuple[type[Exception], ...]


class Container(ABC):
    """An opened file. Only one thread may use it at a time.

    is_animation: its images are one picture that moves. plane: how its slices lie, if it is a volume.
    volumes: of how many volumes it holds the first is this one. damage: what its decoder raises on damaged files.
    """

    is_animation = False
    plane: Plane | None = None
    volumes = 1
    damage: ClassVar[Damage] = DAMAGE

    @cached_property
    def frames(self) -> Sequence[int]:
        """The numbers of its images: pages, frames, or slices. Raises `Unreadable`."""
        with refused(self.damage):
            return self._count()

    @property
    def representative(self) -> int:
        """The image that stands for all."""
        return 0

    @property
    def camera(self) -> str:
        """The model of what took its images, to be asked for after one of them; empty if it does not say."""
        return ""

    def image(self, frame: int | None = None) -> Image:
        """Decode an image by its number; by default the one that stands for all. Raises `Unreadable`."""
        with refused(self.damage):
            return self._decode(self.representative if frame is None else frame)

    def large(self, frame: int | None = None) -> Large | None:
        """An image that `image` would refuse for its size, if parts of it can be decoded. Raises `Unreadable`."""
        return None

    def _count(self) -> Sequence[int]:
        return range(1)

    @abstractmethod
    def _decode(self, frame: int) -> Image: ...


@contextmanager
def refused(damage: Damage) -> Iterator[None]:
    """What decoders raise becomes `Unreadable`, which is not chained: they quote what they found, and it may be a
    patient's name."""
    try:
        yield
    except damage:
        raise Unreadable("damaged") from None
    except MemoryError:
        raise Unreadable("no_memory") from None


def check_size(width: int, height: int, most: int = MOST_PIXELS) -> None:
    """Raises `Unreadable` for more pixels than fit in memory; to be asked before anything is decoded."""
    if width * height > most:
        raise Unreadable("too_large", width=width, height=height, limit=most // 10**6)


def check_frame(frame: int, frames: int) -> None:
    """Raises `Unreadable` for an image that a file of so many does not have."""
    if not 0 <= frame < frames:
        raise Unreadable("no_frame", number=frame + 1)
