"""What a layout says of a file before it is opened, and what it finds that does not fit."""

from pathlib import Path

import msgspec

from studio.importing.marks import Mark


class SourceFile(msgspec.Struct, frozen=True):
    """A file that may be an image, and what is known of it: class, fields, side of the split, and what is marked in it.

    expected: it counts as rejected, not as skipped, when it is no image. by_folder: the class is the name of a folder,
    which says less than an annotation.
    """

    path: Path
    label: str | None = None
    fields: dict[str, str] = {}
    expected: bool = True
    split: str | None = None
    marks: tuple[Mark, ...] = ()
    by_folder: bool = False


class Problem(msgspec.Struct, frozen=True):
    """Something in the sources that cannot be used: where it stands, and what is wrong with it, in a sentence."""

    where: str
    what: str
