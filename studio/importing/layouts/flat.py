"""Images without classes."""

from collections.abc import Iterator

from studio.importing.gather import Listing
from studio.importing.layouts.layout import Layout
from studio.importing.source import SourceFile


def recognize(listing: Listing) -> bool:
    return True


def read(listing: Listing) -> Iterator[SourceFile]:
    for path in listing.files:
        expected = path in listing.images or path in listing.closed or path in listing.single
        yield SourceFile(path, expected=expected)


LAYOUT = Layout("flat", "Images without classes", "All images, whatever their folders are called.", recognize, read)
