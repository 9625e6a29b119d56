"""What stands below the images that a check found: of their reasons that in which they differ, as tiles are narrow."""

import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path, PurePosixPath

from studio.cleaning import Finding
from studio.project import Project

WORD = re.compile(r"“?[\w.]*$", re.ASCII)
"""At the end of what two texts begin with: it may go on differently in each."""
NAMELESS = re.compile(r"\s+(?=[\s,.，。])|[()（）]")
"""What is too much in a sentence that has lost a name, and the brackets around a figure."""
COMPARED = 200
"""Findings whose reasons are compared, the worst, for there may be very many."""


class Captions:
    """The caption of each image: its reason without the name of the image that it is like, and without the words that
    all begin with, without a full stop; or, where nothing else is left, the name of its file."""

    def __init__(self, project: Project, found: Sequence[Finding]) -> None:
        self._project = project
        self._found = {finding.item: finding for finding in found}
        reasons = {self._nameless(finding) for finding in found[:COMPARED]}
        self._begin = _shared_words(min(reasons), max(reasons)) if reasons else ""  # what these share, all share
        self._are_alike = len(reasons) == 1

    def of(self, item_id: int) -> str:
        """Empty for an image without a finding."""
        finding = self._found.get(item_id)
        if finding is None:
            return ""
        if self._are_alike:
            return Path(finding.file).name
        return self._nameless(finding).removeprefix(self._begin).lstrip(" ,，").rstrip(".。")

    def _nameless(self, finding: Finding) -> str:
        if not finding.related:
            return finding.reason
        query = "SELECT path FROM item WHERE id = ?"
        name = PurePosixPath(self._project.db.execute(query, finding.related[:1]).fetchone()["path"]).name
        return NAMELESS.sub("", finding.reason.replace(name, ""))


def _shared_words(one: str, other: str) -> str:
    """What both begin with, up to the end of a word."""
    shared = "".join(first for first, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    goes_on = any(re.match(r"\w", text[len(shared) :], re.ASCII) for text in (one, other))
    return WORD.sub("", shared) if goes_on else shared
