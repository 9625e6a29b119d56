"""`seedbed evaluate`: how good the samples of a run are."""

from argparse import ArgumentParser, Namespace

from studio.commands.command import Report
from studio.commands.options import takes_project, takes_run
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr


def evaluate_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    takes_run(parser)


def run_evaluate(options: Namespace) -> Report:
    import msgspec

    from studio.evaluating.evaluate import evaluate
    from studio.evaluating.meaning import TITLES, formatted, readings

    with Project.open(options.project) as project:
        evaluation = carry_out(evaluate(project, options.run))
    matched, floor = msgspec.structs.asdict(evaluation.matched), msgspec.structs.asdict(evaluation.floor)
    lines = [
        f"{tr(TITLES[reading.name])}: {formatted(reading.name, getattr(evaluation, reading.name))}. {reading.sentence}"
        for reading in readings(matched, floor, evaluation.floor.n)
    ]
    return Report("\n".join(lines), evaluation)
