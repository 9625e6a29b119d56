"""Copies as groups: of each the best image, which stays, and those that were found to be copies of it."""

from collections.abc import Iterable, Mapping

from studio.cleaning.check import Check, Finding
from studio.cleaning.exact_copy import ExactCopy
from studio.cleaning.near_copy import NearCopy
from studio.project import Project
from studio.project.edits import Edit, edit


def finds_copies(check: type[Check]) -> bool:
    """Whether what a check finds are groups, each of copies of one image that is not found itself."""
    return check in (ExactCopy, NearCopy)


def copy_groups(findings: Iterable[Finding]) -> dict[int, list[int]]:
    """The copies (ids) of each image that stays, in the order in which these checks found them."""
    groups: dict[int, list[int]] = {}
    for finding in findings:
        if finding.item is not None:
            groups.setdefault(finding.related[0], []).append(finding.item)
    return groups


def in_order(groups: Mapping[int, Iterable[int]]) -> list[int]:
    """All images of the groups: of each the one that stays, then its copies."""
    return [each for stays, copies in groups.items() for each in (stays, *copies)]


def stay_instead(project: Project, copy: int, stays: int) -> Edit | None:
    """Keep a copy, and set aside the image that would have stayed; one undoable action."""
    return edit(project, "choose", "decision", {copy: "keep", stays: "exclude"})
