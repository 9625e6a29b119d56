"""`seedbed clean`: what should not be learned from."""

from argparse import ArgumentParser, Namespace
from time import monotonic

from studio.commands.command import Report
from studio.commands.options import takes_project
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr, trn


def clean_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("--check", action="append", metavar="NAME", help=tr("run only this check; may be repeated"))
    parser.add_argument("--apply", action="store_true", help=tr("exclude what was found"))


def run_clean(options: Namespace) -> Report:
    from studio.cleaning import apply, expected_false, scan
    from studio.cleaning.report import rows

    begun = monotonic()
    with Project.open(options.project) as project:
        findings = carry_out(scan(project, options.check))
        facts = {"findings": rows(project, findings), "expected_false": expected_false(project, findings)}
        edit = apply(project, findings) if options.apply else None
    lines = [f"{finding.file}: {finding.reason}" for finding in findings]
    excluded = edit.count if edit else 0
    lines.append(trn("{n} image excluded.", "{n} images excluded.", excluded))
    return Report("\n".join(lines), facts | {"seconds": round(monotonic() - begun, 3), "excluded": excluded})
