"""What was found is set aside in bulk, unless that is a large part of the images, of which the user is asked first."""

from collections.abc import Iterable

from studio.cleaning.check import Finding
from studio.cleaning.checks import CHECKS, check_named
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.project.items import count
from studio.text import tr

MOST = 1 / 3
"""Share of the images from which on a check may be mistaken about what is usual."""


def apply(project: Project, findings: Iterable[Finding]) -> Edit | None:
    """Set aside the images that were found, but for those that the user keeps or that need a decision; undoable."""
    found = set().union(*_by_check(project, findings).values())
    return edit(project, "exclude", "decision", dict.fromkeys(found, "exclude"))


def doubt(project: Project, findings: Iterable[Finding]) -> str:
    """A sentence on the check that would set aside more than a third of the images; empty where none would."""
    images = count(project, "origin = 'real'")
    by_check = _by_check(project, findings)
    worst = max(by_check, key=lambda check: len(by_check[check]), default="")
    if not worst or len(by_check[worst]) <= MOST * images:
        return ""
    return tr(
        "“{check}” alone sets aside {n:,} of {total:,} images. Look at some first: so many may be as they should.",
        check=tr(check_named(worst).title),
        n=len(by_check[worst]),
        total=images,
    )


def _by_check(project: Project, findings: Iterable[Finding]) -> dict[str, set[int]]:
    """The images that would be set aside, by the name of each check that found some."""
    kept = {row["id"] for row in project.db.execute("SELECT id FROM item WHERE decision = 'keep'")}
    by_eye = {check.name for check in CHECKS if check.by_eye}
    found: dict[str, set[int]] = {}
    for finding in findings:
        if finding.item is not None and finding.item not in kept and finding.check not in by_eye:
            found.setdefault(finding.check, set()).add(finding.item)
    return found
