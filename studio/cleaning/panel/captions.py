"""What stands below the images that a check found: of their reasons that in which they differ, as tiles are narrow."""

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from studio.cleaning import Finding


def captions(found: Sequence[Finding]) -> dict[int, str]:
    """A caption by the id of each image: its reason without the words that all begin with, or, where all reasons are
    the same, the name of its file."""
    reasons = {finding.reason for finding in found}
    if len(reasons) == 1:
        return {each.item: Path(each.file).name for each in found if each.item is not None}
    first, last = min(reasons, default=""), max(reasons, default="")  # what these share, all share
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    begin = "".join(one for one, _ in shared).rfind(" ") + 1
    mark = "…" if begin else ""
    return {each.item: mark + each.reason[begin:] for each in found if each.item is not None}
