"""Findings in the words of programs: files instead of the project's ids."""

from collections.abc import Iterable
from typing import Any

from studio.cleaning.check import Finding
from studio.project import Project


def rows(project: Project, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What the command line prints of each finding: `item` and `related` are paths of source files; of a finding about
    a class, `item` is the class's name."""
    paths = dict(project.db.execute("SELECT id, path FROM item").fetchall())
    return [
        {
            "item": finding.file,
            "check": finding.check,
            "score": round(finding.score, 4),
            "reason": finding.reason,
            "related": [str(project.resolve_path(paths[each])) for each in finding.related],
        }
        for finding in findings
    ]
