"""`seedbed train`: a generator, its families and their settings."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from models.events import Task
from models.families import FAMILIES
from studio.commands.command import Misused, Report
from studio.commands.options import natural, pair, positive, seed, takes_project
from studio.commands.settings import field_line
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr
from studio.training import AUTOMATIC

if TYPE_CHECKING:
    from studio.training.train import TrainResult


def train_options(parser: ArgumentParser) -> None:
    takes_project(parser, nargs="?")
    parser.add_argument("--family", choices=(AUTOMATIC, *FAMILIES), help=tr("what to train (instant)"))
    parser.add_argument("--size", type=natural, metavar="PX", help=tr("side of the images (64)"))
    parser.add_argument("--set", type=pair, action="append", metavar="KEY=VALUE", help=tr("a setting of the family"))
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=positive, metavar="M", help=tr("how long in all, also after --resume"))
    budget.add_argument("--steps", type=natural, metavar="N", help=tr("how many steps in all, also after --resume"))
    parser.add_argument("--seed", type=seed, metavar="S", help=tr("number that makes chance repeatable (0)"))
    parser.add_argument("--resume", metavar="RUN", help=tr("go on with a run"))
    parser.add_argument("--list", action="store_true", help=tr("print the families"))
    parser.add_argument("--describe", action="store_true", help=tr("print the settings of the family"))


def run_train(options: Namespace) -> Report:
    if options.list:
        return _families()
    if options.describe:
        return _describe(options.family or "instant")
    if options.project is None:
        raise Misused(tr("Name the project to train on."))
    own = {"family": options.family, "size": options.size, "settings": dict(options.set or ()), "seed": options.seed}
    own = {name: value for name, value in own.items() if value not in (None, {})}
    if options.resume and own:
        raise Misused(tr("A resumed run keeps its family, size, settings and seed: leave those options out."))
    if options.family == AUTOMATIC and (options.minutes is None or options.set):
        raise Misused(tr("Automatic takes --minutes, and no settings: they are those of a family."))
    with Project.open(options.project) as project:
        result = carry_out(_training(project, options, own))
    lines = [
        tr("{run}: {steps:,} steps in {seconds:.0f} s", run=result.run, steps=result.steps, seconds=result.seconds),
        _figures(result.metrics),
    ]
    return Report("\n".join(filter(None, lines)), result, done=result.state == "done")


def _training(project: Project, options: Namespace, own: Mapping[str, Any]) -> "Task[TrainResult]":
    from studio.training.automatic import train_automatically
    from studio.training.train import train

    if options.family == AUTOMATIC:
        own = {name: value for name, value in own.items() if name in ("size", "seed")}
        return train_automatically(project, minutes=options.minutes, **own)
    return train(project, minutes=options.minutes, steps=options.steps, resume=options.resume, **own)


def _families() -> Report:
    from models.families import family_class

    known = {name: family_class(name) for name in FAMILIES}
    lines = [f"{name:8} {tr(family.title)}: {tr(family.summary)}" for name, family in known.items()]
    facts = [{"name": name, "title": family.title, "summary": family.summary} for name, family in known.items()]
    return Report("\n".join(lines), {"families": facts})


def _describe(name: str) -> Report:
    from models.families import family_class
    from models.settings import fields_of

    fields = fields_of(family_class(name).Settings)
    return Report("\n".join(map(field_line, fields)), {"family": name, "settings": fields})


def _figures(figures: Mapping[str, Any]) -> str:
    """Figures in a line, the words of the trade before them."""
    return ", ".join(f"{name.upper()} {figures[name]:.0f}" for name in ("fid", "kid") if figures.get(name) is not None)
