"""`seedbed clean`: what should not be learned from."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from studio.commands.command import Report
from studio.commands.options import takes_project
from studio.errors import UserError
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr, trn

if TYPE_CHECKING:
    from studio.cleaning import Finding

TEXT = "burned_in_text"
"""The check of which images text is masked."""


def clean_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("--check", action="append", metavar="NAME", help=tr("run only this check; may be repeated"))
    parser.add_argument(
        "--mask-text",
        action="store_true",
        help=tr("paint over text found in images, in all that is made of them"),
    )
    parser.add_argument("--apply", action="store_true", help=tr("exclude what was found"))
    parser.add_argument(
        "--yes", action="store_true", help=tr("exclude it also where one check finds more than a third of the images")
    )


def run_clean(options: Namespace) -> Report:
    from studio.cleaning import apply, expected_false, scan
    from studio.cleaning.report import rows

    begun = monotonic()
    with Project.open(options.project) as project:
        findings = carry_out(scan(project, options.check))
        facts = {"findings": rows(project, findings), "expected_false": expected_false(project, findings)}
        masked = _mask_text(project, findings) if options.mask_text else 0
        if options.apply and not options.yes:
            _check_doubt(project, findings)
        edit = apply(project, findings) if options.apply else None
    lines = [f"{finding.file}: {finding.reason}" for finding in findings]
    if options.mask_text:
        lines.append(trn("Text masked in {n} image.", "Text masked in {n} images.", masked))
    excluded = edit.count if edit else 0
    lines.append(trn("{n} image excluded.", "{n} images excluded.", excluded))
    seconds = round(monotonic() - begun, 3)
    return Report("\n".join(lines), facts | {"seconds": seconds, "excluded": excluded, "masked": masked})


def _mask_text(project: Project, findings: Sequence["Finding"]) -> int:
    from studio.cleaning.text_masks import mask_all_found

    edit = mask_all_found(project, [each.item for each in findings if each.check == TEXT and each.item is not None])
    return edit.count if edit else 0


def _check_doubt(project: Project, findings: Sequence["Finding"]) -> None:
    """Raises `UserError` where so many images would be excluded that one has to be sure."""
    from studio.cleaning import doubt

    if reason := doubt(project, findings):
        raise UserError(f"{reason} {tr('Repeat with --yes to exclude them.')}")
