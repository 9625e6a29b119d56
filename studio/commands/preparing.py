"""`seedbed prepare`: how images are brought to what is learned from."""

from argparse import ArgumentParser, Namespace
from typing import Any

from studio.commands.command import Report
from studio.commands.options import pair, takes_project
from studio.commands.settings import field_line
from studio.project import Project
from studio.text import tr


def prepare_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("--set", type=pair, action="append", metavar="KEY=VALUE", help=tr("a setting"))
    parser.add_argument("--reset", action="store_true", help=tr("back to the defaults first"))
    parser.add_argument("--describe", action="store_true", help=tr("print the settings"))


def run_prepare(options: Namespace) -> Report:
    from models.settings import fields_of, with_values
    from studio.imaging.preparation import Preparation, preparation, set_preparation

    if options.describe:
        fields = fields_of(Preparation)
        return Report("\n".join(map(field_line, fields)), {"settings": fields})
    with Project.open(options.project) as project:
        before = Preparation() if options.reset else preparation(project)
        prepared = with_values(before, dict(options.set or ()))
        set_preparation(project, prepared)
    lines = [f"{field.name:16} {_in_words(getattr(prepared, field.name))}" for field in fields_of(Preparation)]
    return Report("\n".join(lines), {field.name: getattr(prepared, field.name) for field in fields_of(Preparation)})


def _in_words(value: Any) -> str:
    return "..".join(f"{end:g}" for end in value) if isinstance(value, tuple) else str(value)
