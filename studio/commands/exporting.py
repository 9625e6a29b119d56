"""`seedbed export`: a folder for another program."""

from argparse import ArgumentParser, Namespace

from studio.commands.command import Report
from studio.commands.options import path, takes_project
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr, trn


def export_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("out", type=path, metavar="OUT", help=tr("a folder that does not exist yet, or is empty"))
    format_help = tr("how it is laid out: {formats} (folders)", formats="folders, imagefolder, coco, yolo")
    parser.add_argument("--format", default="folders", metavar="NAME", help=format_help)
    which = parser.add_mutually_exclusive_group()
    for name, summary in (("both", tr("all images")), ("real", tr("the real ones")), ("synthetic", tr("the samples"))):
        which.add_argument(f"--{name}", dest="which", action="store_const", const=name, default="both", help=summary)


def run_export(options: Namespace) -> Report:
    from studio.exporting import export

    with Project.open(options.project) as project:
        result = carry_out(export(project, options.out, options.format, options.which))
    text = trn("{n} image in {folder}", "{n} images in {folder}", result.files, folder=result.dir)
    return Report(text, result)
