"""`seedbed evaluate`: how good the samples of a run are, and whether they help a classifier."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from studio.commands.command import Misused, Report
from studio.commands.options import takes_project
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr

if TYPE_CHECKING:
    from studio.evaluating.usefulness import Usefulness


def evaluate_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("--run", metavar="RUN", help=tr("a run, by the name that train gave it"))
    help_text = tr("whether augmentation, and the samples of the run if one is named, help a classifier")
    parser.add_argument("--usefulness", action="store_true", help=help_text)


def run_evaluate(options: Namespace) -> Report:
    if options.usefulness:
        return _usefulness(options)
    if options.run is None:
        raise Misused(tr("Name the run to judge with --run, or ask for --usefulness."))
    return _evaluation(options)


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


def _lines(found: "Usefulness") -> list[str]:
    from studio.evaluating.verdict import ARMS, compared, headline, verdicts

    arms = (f"{tr(ARMS[reading.name])}: {reading.sentence}" for reading in verdicts(found))
    return [headline(found), *arms, *compared(found)]
