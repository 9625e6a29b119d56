"""Files that begin like an image: the content tells, not the name."""

import zlib

HEAD = 1024
"""Bytes at the beginning of a file that are enough to tell."""
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
OTHERS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"GIF8")
GZIP = b"\x1f\x8b\x08"
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""Brands of HEIF files (ISO/IEC 23008-12, annex B)."""
NIFTI = ((344, b"n+1\0"), (4, b"n+2\0\r\n\x1a\n"))
"""Where NIfTI-1 and NIfTI-2 files, header and volume in one, have what mark."""
LONGEST_FIRST_VALUE = 256
"""Bytes. What a DICOM data set begins with is the length of a group, or names of a character set: both short."""


def begins_like_image(head: bytes) -> bool:
    """Whether the first `HEAD` bytes are those of a format that is read."""
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    is_usual = head.startswith(TIFF + OTHERS) or is_webp or begins_like_heic(head)
    return is_usual or begins_like_dicom(head) or begins_like_nifti(head)


def begins_like_heic(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in HEIC


def begins_like_nifti(head: bytes) -> bool:
    """A volume in one file, compressed by gzip or not."""
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head[:HEAD], HEAD)
        except zlib.error:
            return False
    return any(head[place : place + len(mark)] == mark for place, mark in NIFTI)


def begins_like_dicom(head: bytes) -> bool:
    """A file with a preamble (PS3.10, 7.1), or a bare data set, as old devices write it.

    The latter begins with an element of group 2 or 8 (PS3.5, 7.1) in either order of bytes: its tag, then either two
    capitals that name its type, or its length.
    """
    if head[128:132] == b"DICM":
        return True
    if head[:2] in (b"\x02\0", b"\x08\0") and head[3:4] == b"\0":
        return _is_type(head[4:6]) or int.from_bytes(head[4:8], "little") < LONGEST_FIRST_VALUE
    return head[:2] in (b"\0\x02", b"\0\x08") and head[2:3] == b"\0" and _is_type(head[4:6])


def _is_type(letters: bytes) -> bool:
    return letters.isalpha() and letters.isupper()
