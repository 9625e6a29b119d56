"""`seedbed evaluate`: how good the samples of a run are, and whether they help a classifier."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from studio.commands.command import Misused, Report
from studio.commands.options import path, takes_project
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr

if TYPE_CHECKING:
    from studio.evaluating.usefulness import Usefulness


def evaluate_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("--run", metavar="RUN", help=tr("a run, by the name that train gave it"))
    parser.add_argument("--report", type=path, metavar="OUT.html", help=tr("write what was found as one page"))
    help_text = tr("whether augmentation, and the samples of the run if one is named, help a classifier")
    parser.add_argument("--usefulness", action="store_true", help=help_text)


def run_evaluate(options: Namespace) -> Report:
    if options.run is None and (options.report or not options.usefulness):
        raise Misused(tr("Name the run to judge with --run, or ask for --usefulness."))
    report = _usefulness(options) if options.usefulness else _evaluation(options)
    if options.report:
        _write_report(options)
    return report


def _evaluation(options: Namespace) -> Report:
    import msgspec

    from studio.evaluating.evaluate import evaluate
    from studio.evaluating.meaning import TITLES, formatted, honesty_readings, readings

    with Project.open(options.project) as project:
        evaluation = carry_out(evaluate(project, options.run))
    matched, floor = msgspec.structs.asdict(evaluation.matched), msgspec.structs.asdict(evaluation.floor)
    lines = [
        f"{tr(TITLES[reading.name])}: {formatted(reading.name, getattr(evaluation, reading.name))}. {reading.sentence}"
        for reading in readings(matched, floor, evaluation.floor.n, margins=evaluation.margins)
    ]
    lines += [reading.sentence for reading in honesty_readings(evaluation.honesty)]
    return Report("\n".join(lines), evaluation)


def _usefulness(options: Namespace) -> Report:
    from studio.evaluating.usefulness import usefulness

    with Project.open(options.project) as project:
        found = carry_out(usefulness(project, options.run))
    return Report("\n".join(_lines(found)), found)


def _write_report(options: Namespace) -> None:
    from studio.evaluating.report import write_report

    with Project.open(options.project) as project:
        write_report(project, options.run, options.report)


def _lines(found: "Usefulness") -> list[str]:
    from studio.evaluating.verdict import compared, headline, verdicts

    return [headline(found), *(reading.sentence for reading in verdicts(found)), *compared(found)]
