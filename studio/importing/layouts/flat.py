"""Images without classes."""

from collections.abc import Iterator

from studio.importing.gather import Listing
from studio.importing.layouts.layout import Layout
from studio.importing.marks import MaskMark
from studio.importing.source import SourceFile


def recognize(listing: Listing) -> bool:
    return True


def read(listing: Listing) -> Iterator[SourceFile]:
    """What a mask beside an image shows is marked in it."""
    for path in listing.files:
        if not listing.is_mask(path):
            expected = path in listing.images or path in listing.closed or path in listing.single
            yield SourceFile(path, expected=expected, marks=tuple(map(MaskMark, listing.masks.get(path, ()))))


LAYOUT = Layout(
    name="flat",
    title="Images without classes",
    summary="All images, whatever their folders are called.",
    recognize=recognize,
    read=read,
)
