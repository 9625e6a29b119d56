"""Why a file cannot be read as an image."""

import struct
import zlib
from typing import Any

from studio.errors import UserError
from studio.text import tr, trn

DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What decoders raise on damaged files, found by damaging files."""
NEEDS_TILES = "needs_tiles"
"""The reason of what can be read, but not whole."""


class Unreadable(UserError):
    """A file is no image that can be used. `reason` is a key of `sentence`, `details` the values it names."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(sentence(reason, **details))
        self.reason = reason
        self.details = details


def sentence(reason: str, **details: Any) -> str:
    """What is wrong with a file, in the user's language."""
    match reason:
        case "empty":
            return tr("The file is empty. Copy it again from where it came.")
        case "no_image":
            return tr(
                "This is not an image: its content is none of PNG, JPEG, TIFF, BMP, WebP, GIF, HEIC, DICOM and NIfTI."
                " Save it as one of these, or leave it out."
            )
        case "damaged":
            return tr("The image is damaged or incomplete. Copy it again from where it came.")
        case "no_frame":
            return tr(
                "There is no image number {number} in the file, which has changed since. Import it again.", **details
            )
        case "some_damaged":
            return trn(
                "{n} of the {total} images in it is damaged. Copy it again from where it came.",
                "{n} of the {total} images in it are damaged. Copy it again from where it came.",
                **details,
            )
        case "some_refused":
            why = sentence(details["why"], **details["values"])
            n, total = details["n"], details["total"]
            return tr("{n} of the {total} images in it did not come in. {why}", n=n, total=total, why=why)
        case "all_empty":
            return tr("All of its slices or tiles are empty. To have them all the same, do not leave out empty ones.")
        case "changing":
            return tr("It changed while it was read. Import it again when it is finished.")
        case "volume":
            return tr(
                "This volume cannot be cut into slices ({what}). Save it with three dimensions and real numbers.",
                **details,
            )
        case "no_heic":
            return tr("HEIC photos need one more package. Install it with: pip install pi-heif")
        case "no_pixels":
            return tr("This DICOM file holds no image ({what}). Leave it out.", **details)
        case "dicom_directory":
            return tr("This is the table of contents of a DICOM medium. Import its folder.")
        case "too_large":
            return tr(
                "{width:,} × {height:,} pixels are too many (up to {limit:,} million). Save it as TIFF with tiles,"
                " of which parts can be read, or cut it into smaller files.",
                **details,
            )
        case "needs_tiles":
            return tr(
                "{width:,} × {height:,} pixels are too many for one image. Import it again, cut into tiles"
                " (on the command line: --set cut=grid).",
                **details,
            )
        case "too_many_tiles":
            return tr("It would be cut into more than {n:,} tiles. Choose larger ones, or less overlap.", **details)
        case "one_piece":
            return tr(
                "{width:,} × {height:,} pixels are too many to be read at once, and the file does not hold them in"
                " small pieces. Save it as TIFF with tiles and import that, cut into tiles.",
                **details,
            )
        case "no_memory":
            return tr("There is not enough memory to read it. Close other programs, or make the image smaller.")
        case "too_heavy":
            return tr(
                "The file has {gigabytes} GB, which is too much (up to {limit}). Cut it into smaller files.", **details
            )
        case "unsupported":
            return tr("This kind of image is not supported ({what}). Save it as PNG and import that.", **details)
        case "no_permission":
            return tr("No permission to read it. Ask for access or copy it to a folder of yours.")
        case "gone":
            return tr("It is not there any more, or the link to it is broken. Put it back, or import where it is now.")
        case "name":
            return tr("Its name is not valid Unicode. Rename it and import it again.")
        case "unusable":
            return tr("The system could not read it: {what}. Copy it elsewhere and import the copy.", **details)
    raise ValueError(f"unknown reason {reason}")
