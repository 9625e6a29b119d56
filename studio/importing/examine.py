"""One look at a file: read once, decoded once, and everything measured that the project keeps of it."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from studio.imaging.read import decode, pixel_hash, read_bytes
from studio.imaging.thumbnails import thumbnail
from studio.imaging.unreadable import Unreadable
from studio.importing.gather import SourceFile
from studio.importing.scores import scores
from studio.project.items import NewItem


class Good(msgspec.Struct, frozen=True):
    """An image, and its thumbnail as JPEG."""

    item: NewItem
    jpeg: bytes


class Refused(msgspec.Struct, frozen=True):
    """A file that cannot be used; `reason` and `details` as `studio.imaging.unreadable.sentence` takes them."""

    path: Path
    reason: str
    details: dict[str, Any] = {}


def examine(file: SourceFile) -> Good | Refused | None:
    """What a file holds; None when it is no image and nobody expected one."""
    try:
        str(file.path).encode()
        return _examine(file)
    except UnicodeEncodeError:
        return Refused(file.path, "name")
    except Unreadable as error:
        if not file.expected and error.reason in ("no_image", "empty"):
            return None
        return Refused(file.path, error.reason, error.details)
    except PermissionError:
        return Refused(file.path, "no_permission")
    except FileNotFoundError:
        return Refused(file.path, "gone")
    except OSError as error:
        return Refused(file.path, "unusable", {"what": error.strerror or str(error)})


def _examine(file: SourceFile) -> Good:
    content = read_bytes(file.path)
    status = file.path.stat()
    image = decode(content)
    item = NewItem(
        path=file.path,
        sha256=hashlib.sha256(content).hexdigest(),
        pixel_sha256=pixel_hash(image.pixels),
        width=image.width,
        height=image.height,
        channels=image.channels,
        depth=image.depth,
        label=file.label,
        fields=file.fields,
        scores=scores(image) | {"bytes": status.st_size, "modified": status.st_mtime},
    )
    return Good(item, thumbnail(image))
