"""`seedbed synthesize`: samples of a run."""

from argparse import ArgumentParser, Namespace

from studio.commands.command import Report
from studio.commands.options import natural, takes_project, takes_run, takes_seed
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr, trn


def synthesize_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    takes_run(parser)
    parser.add_argument("-n", type=natural, metavar="N", help=tr("how many samples"))
    parser.add_argument("--class", dest="label", metavar="NAME", help=tr("all of this class"))
    parser.add_argument("--balance", action="store_true", help=tr("give them to the smallest classes"))
    takes_seed(parser)


def run_synthesize(options: Namespace) -> Report:
    from studio.synthesizing.synthesize import synthesize

    with Project.open(options.project) as project:
        task = synthesize(project, options.run, options.n, options.label, options.balance, options.seed)
        result = carry_out(task)
    text = trn("{n} sample in {folder}", "{n} samples in {folder}", result.samples, folder=result.dir)
    return Report(text, result)
