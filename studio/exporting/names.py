"""Folder names that every file system accepts, and that differ on those that ignore case."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 100  # bytes; paths below the folder stay under the 260 characters that old Windows programs can open
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def folder_names(names: Iterable[str]) -> dict[str, str]:
    """A safe folder name for each name; those that would be the same folder somewhere get a number."""
    folders: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        safe = candidate = _safe(name)
        number = 2
        while candidate.casefold() in taken:
            candidate = f"{safe}-{number}"
            number += 1
        taken.add(candidate.casefold())
        folders[name] = candidate
    return folders


def _safe(name: str) -> str:
    """`name` without what Windows, macOS or Linux refuse in a folder's name, and no hidden folder."""
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    name = name.encode()[:LONGEST].decode(errors="ignore").rstrip(" .")
    return f"{name}_" if not name or _RESERVED.fullmatch(name) else name
