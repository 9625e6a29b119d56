"""Checks run over a project, and what they found is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from models.events import Event, Progress, Task
from studio.cleaning.check import Check, Effort, Finding
from studio.cleaning.checks import CHECKS, check_named
from studio.cleaning.settings import settings_of
from studio.project import Project
from studio.project.revisions import Kind, revisions
from studio.text import tr

OFTEN = 1000
"""Findings between two chances to cancel."""
_KEY = "scanned"


class State(msgspec.Struct, frozen=True):
    """What a check goes by: settings, its own and those of the checks that it follows, and how often each kind of what
    it reads has changed."""

    settings: list[Any]
    read: dict[Kind, int]


def scan(project: Project, checks: Sequence[str] | None = None) -> Task[list[Finding]]:
    """Run checks (all, or some by name) as the project sets them; the project remembers what they find.

    Findings come by check in the order of `CHECKS`, the worst first. Closing it keeps what the checks found that had
    ended. Yields `Progress`; raises `UserError` for a name that no check has.
    """
    wanted = CHECKS if checks is None else [check_named(name) for name in checks]
    found: list[Finding] = []
    for done, check in enumerate(wanted):
        found += yield from _run(project, check, Progress(done, len(wanted), tr(check.title)))
    yield Progress(len(wanted), len(wanted))
    return found


def out_of_date(project: Project, but_for: Sequence[Kind] = ()) -> list[type[Check]]:
    """The checks that have not run since something changed of what they go by, but for some kinds of change."""
    states = _states(project)
    return [check for check in CHECKS if _differ(states.get(check.name), _state(project, check), but_for)]


def is_scanned(project: Project, but_for: Sequence[Kind] = ()) -> bool:
    """Whether the checks have run on the images, labels, split and settings that there are, but for some changes.

    Images set aside since do not count, for that may solve what was found, and brings nothing new; neither do checks
    that cost the most effort and were never asked for.
    """
    asked = _states(project)
    changed = out_of_date(project, but_for=["excluded", *but_for])
    return not any(check.name in asked or check.effort < Effort.MOST for check in changed)


def expected_false(project: Project, findings: Iterable[Finding]) -> dict[str, float]:
    """By check, the share of the findings expected to be false, where a check can be mistaken and found something."""
    counts = Counter(finding.check for finding in findings)
    shares = {
        check.name: check(settings_of(project, check)).expected_false(project, counts[check.name])
        for check in CHECKS
        if counts[check.name]
    }
    return {name: share for name, share in shares.items() if share is not None}


def _run(project: Project, check: type[Check], so_far: Progress) -> Task[list[Finding]]:
    """What one check finds, kept when it has ended. `so_far` is yielded now and then, as a chance to cancel."""
    yield so_far
    state = _state(project, check)  # as it is before: what changes meanwhile counts
    found: list[Finding] = []
    event: Finding | Event
    for event in check(settings_of(project, check)).find(project):
        if isinstance(event, Finding):
            found.append(event)
            if len(found) % OFTEN == 0:
                yield so_far
        else:
            yield event
    with project.writing() as db:
        db.execute("DELETE FROM finding WHERE check_name = ?", (check.name,))
        db.executemany("INSERT INTO finding VALUES (?, ?, ?, ?)", _rows(found))
        project.set_setting(_KEY, msgspec.to_builtins(_states(project) | {check.name: state}))
    return found


def _rows(found: Iterable[Finding]) -> Iterator[tuple]:
    for each in found:
        if each.item is not None:
            yield each.item, each.check, each.score, msgspec.json.encode(each.related).decode()


def _differ(before: State | None, now: State, but_for: Sequence[Kind]) -> bool:
    if before is None or before.settings != now.settings:
        return True
    return any(before.read.get(kind) != count for kind, count in now.read.items() if kind not in but_for)


def _states(project: Project) -> dict[str, State]:
    """What each check went by when it last ran, by its name."""
    return msgspec.convert(project.setting(_KEY, {}), dict[str, State])


def _state(project: Project, check: type[Check]) -> State:
    settings = [msgspec.to_builtins(settings_of(project, each)) for each in (check, *check.follows)]
    return State(settings, revisions(project, check.reads))
