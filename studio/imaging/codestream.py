"""The size that a compressed image claims in its own header, read before a decoder sets memory aside for it."""

import struct
from typing import NamedTuple

START_OF_IMAGE, END_OF_IMAGE = b"\xff\xd8", b"\xff\xd9"
"""The first and last marker of JPEG and JPEG-LS, after which there may be a byte of padding."""
JPEG_2000 = b"\xff\x4f\xff\x51"
"""Start of codestream, then the marker of its size (ISO/IEC 15444-1, A.5.1)."""
JP2 = b"\0\0\0\x0cjP  "
"""Start of JPEG 2000 in boxes (ISO/IEC 15444-1, I.5.1)."""
FRAMES = frozenset([*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), 0xF7])
"""Second bytes of the markers before height, width and components in JPEG (ISO/IEC 10918-1, B.2.2) and JPEG-LS."""

FILL, SCAN = 0xFF, 0xDA
"""Second bytes of what may precede any marker, and of the marker before the data."""


class Size(NamedTuple):
    width: int
    height: int
    channels: int


def codestream_size(data: bytes) -> Size | None:
    """The size of JPEG, JPEG-LS and JPEG 2000; None where there is no whole header. Raises `struct.error`."""
    if data.startswith(START_OF_IMAGE):
        return _jpeg_size(data)
    start = data.find(JPEG_2000)
    if start < 0:
        return None
    width, height, left, top = struct.unpack_from(">4I", data, start + 8)
    (channels,) = struct.unpack_from(">H", data, start + 40)
    return Size(width - left, height - top, channels)


def _jpeg_size(data: bytes) -> Size | None:
    """Marker after marker up to the scan: gdcm ends the process where something else lies between them."""
    size = None
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == FILL:
            position += 1
            continue
        if marker == SCAN:
            return size
        if marker in FRAMES:
            height, width, channels = struct.unpack_from(">HHB", data, position + 5)
            size = Size(width, height, channels)
        position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return None


def has_endless_box(data: bytes) -> bool:
    """Whether a box before the codestream of JPEG 2000 has no length: pydicom would look at it forever."""
    place = 12
    while data.startswith(JP2) and data[place + 4 : place + 8] not in (b"jp2c", b""):
        length = int.from_bytes(data[place : place + 4], "big")
        if not length:
            return True
        place += length
    return False


def has_end(data: bytes) -> bool:
    """Whether JPEG or JPEG-LS ends as it should: CharLS may look for the end forever."""
    return data.rstrip(b"\0").endswith(END_OF_IMAGE)
