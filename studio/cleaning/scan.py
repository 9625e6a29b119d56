"""Checks run over a project, and what was found is set aside."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from models.events import Progress, Task
from studio.cleaning.check import Finding
from studio.cleaning.checks import CHECKS, check_named
from studio.cleaning.compare import compare
from studio.cleaning.settings import settings_of
from studio.importing.known import REFRESHED
from studio.project import Project
from studio.project.edits import Edit, edit
from studio.text import tr

_KEY = "scanned"


def scan(project: Project, checks: Sequence[str] | None = None) -> Task[list[Finding]]:
    """Run checks (all, or some by name) as the project sets them; the project remembers what they find.

    Images are compared first as far as that has not been done; closing it keeps what was. Findings come by
    check in the order of `CHECKS`, the worst first. Yields `Progress`; raises `UserError` for a name that no check has.
    """
    wanted = CHECKS if checks is None else [check_named(name) for name in checks]
    state = _state(project)
    yield from compare(project)
    found: list[Finding] = []
    for done, check in enumerate(wanted):
        yield Progress(done, len(wanted), tr(check.title))
        for event in check(settings_of(project, check)).find(project):
            if isinstance(event, Finding):
                found.append(event)
            else:
                yield event
    _remember(project, [check.name for check in wanted], found)
    if checks is None:
        project.set_setting(_KEY, state)
    yield Progress(len(wanted), len(wanted))
    return found


def is_scanned(project: Project) -> bool:
    """Whether all checks that there are have run since the last import."""
    return project.setting(_KEY) == _state(project)


def expected_false(project: Project, findings: Iterable[Finding]) -> dict[str, float]:
    """By check, the share of the findings expected to be false, where a check can be mistaken and found something."""
    counts = Counter(finding.check for finding in findings)
    shares = {
        check.name: check(settings_of(project, check)).expected_false(project, counts[check.name])
        for check in CHECKS
        if counts[check.name]
    }
    return {name: share for name, share in shares.items() if share is not None}


def apply(project: Project, findings: Iterable[Finding]) -> Edit | None:
    """Set aside the images that were found, but for those that the user keeps or that need a decision; undoable."""
    kept = {row["id"] for row in project.db.execute("SELECT id FROM item WHERE decision = 'keep'")}
    by_eye = {check.name for check in CHECKS if check.by_eye}
    found = {finding.item for finding in findings if finding.item is not None and finding.check not in by_eye}
    return edit(project, "exclude", "decision", dict.fromkeys(found - kept, "exclude"))


def _state(project: Project) -> list[int]:
    """Grows with every import, and with every check that a newer program brings."""
    newest = project.db.execute("SELECT coalesce(max(id), 0) FROM item WHERE origin = 'real'").fetchone()[0]
    rejected = project.db.execute("SELECT count(*) FROM rejection").fetchone()[0]
    return [newest, rejected, project.setting(REFRESHED, 0), len(CHECKS)]


def _remember(project: Project, checks: list[str], found: list[Finding]) -> None:
    rows = [
        (each.item, each.check, each.score, msgspec.json.encode(each.related).decode())
        for each in found
        if each.item is not None
    ]
    with project.writing() as db:
        db.executemany("DELETE FROM finding WHERE check_name = ?", ((name,) for name in checks))
        db.executemany("INSERT INTO finding VALUES (?, ?, ?, ?)", rows)
