"""What the formats of an export have in common: where images lie, and what is written on them beside."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from studio.exporting.manifest import UNLABELED, Row
from studio.project.regions import Region

THING = "object"
"""The class of what is marked without a name in an image without a class."""


class Written(NamedTuple):
    """An image that was written, and what is marked in it."""

    row: Row
    regions: tuple[Region, ...]


class Format(NamedTuple):
    """A way of laying out an export. The title is translated where it is shown.

    place: the folder of an image, from the side of the split and its class's folder. describe: writes what there is
    beside the images, and returns their rows of the manifest. needs_regions: it is for images in which something is
    marked.
    """

    name: str
    title: str
    place: Callable[[str, str], str]
    describe: Callable[[Path, Sequence[Written]], list[Row]]
    needs_regions: bool = False


def in_class_folders(split: str, class_folder: str) -> str:
    return f"{split}/{class_folder}"


def in_images(split: str, class_folder: str) -> str:
    return f"images/{split}"


def name_of(region: Region, row: Row) -> str:
    """The class of what is marked: its own name, or that of its image."""
    return region.name or (row.label if row.label != UNLABELED else THING)


def names_of(images: Sequence[Written]) -> list[str]:
    """All classes of what is marked, in the order of their names."""
    return sorted({name_of(region, image.row) for image in images for region in image.regions})
