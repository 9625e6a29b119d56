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
from studio.project.runs import Plan, find_run, run_folder
from studio.terminal import carry_out
from studio.text import tr
from studio.training import AUTOMATIC
from studio.training.presets import PRESETS

if TYPE_CHECKING:
    from studio.training.train import TrainResult


def train_options(parser: ArgumentParser) -> None:
    takes_project(parser, nargs="?")
    parser.add_argument("--family", choices=(AUTOMATIC, *FAMILIES), help=tr("what to train (instant)"))
    parser.add_argument("--size", type=natural, metavar="PX", help=tr("side of the images (64)"))
    parser.add_argument("--set", type=pair, action="append", metavar="KEY=VALUE", help=tr("a setting of the family"))
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=positive, metavar="M", help=tr("how long in all, also after --resume"))
    budget.add_argument("--preset", choices=PRESETS, help=tr("how long in all: 1, 20 or 480 minutes"))
    budget.add_argument("--steps", type=natural, metavar="N", help=tr("how many steps in all, also after --resume"))
    parser.add_argument("--seed", type=seed, metavar="S", help=tr("number that makes chance repeatable (0)"))
    parser.add_argument("--resume", metavar="RUN", help=tr("go on with a run"))
    parser.add_argument(
        "--branch", metavar="RUN[@STEP]", help=tr("begin a run with what another has learned, best or at a step")
    )
    parser.add_argument("--probe", action="store_true", help=tr("only say what to expect, from a few steps"))
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
    minutes = PRESETS[options.preset].minutes if options.preset else options.minutes
    if options.resume and (own or options.branch):
        raise Misused(tr("A resumed run keeps its family, size, settings and seed: leave those options out."))
    if options.branch and options.family:
        raise Misused(tr("A branch is of the family of the run that it begins from: leave --family out."))
    if options.family == AUTOMATIC and (minutes is None or options.set):
        raise Misused(tr("Automatic takes --minutes or --preset, and no settings: they are those of a family."))
    with Project.open(options.project) as project:
        if options.probe:
            return _probe(project, options, minutes)
        result = carry_out(_training(project, options, own, minutes))
        tried = _tried(project, result.run)
    lines = [
        tr("{run}: {steps:,} steps in {seconds:.0f} s", run=result.run, steps=result.steps, seconds=result.seconds),
        _figures(result.metrics),
        *tried,
    ]
    return Report("\n".join(filter(None, lines)), result, done=result.state == "done")


def _training(
    project: Project, options: Namespace, own: Mapping[str, Any], minutes: float | None
) -> "Task[TrainResult]":
    from studio.training.automatic import train_automatically
    from studio.training.train import train

    if options.family == AUTOMATIC and minutes is not None:
        own = {name: value for name, value in own.items() if name in ("size", "seed")}
        return train_automatically(project, minutes=minutes, **own)
    if options.branch:
        own = _branched(project, options.branch, own)
    return train(project, minutes=minutes, steps=options.steps, resume=options.resume, **own)


def _branched(project: Project, branch: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked of a run that begins from RUN or RUN@STEP: as of that run, but for what is the user's own."""
    from studio.training.branching import branched_plan, parse_moment

    parent = parse_moment(project, branch)
    run = find_run(project, parent.run)
    plan = branched_plan(project, run)
    kept = {"family": run.family, "size": plan.size, "seed": plan.seed, "parent": parent}
    return {**kept, **own, "settings": plan.settings | own.get("settings", {})}


def _probe(project: Project, options: Namespace, minutes: float | None) -> Report:
    from studio.training.freeze import DEFAULT_SIZE
    from studio.training.outlook import expectations, machine, probe
    from studio.training.planned import PlannedRun

    plan = Plan(size=options.size or DEFAULT_SIZE, minutes=minutes, settings=dict(options.set or ()))
    planned = PlannedRun(options.family or "instant", plan)
    outlook = carry_out(probe(project, planned))
    told = expectations(project, planned, outlook)
    lines = (machine(outlook), *(reading.sentence for reading in told))
    return Report("\n".join(lines), {"outlook": outlook, "told": told})


def _tried(project: Project, run: str) -> list[str]:
    """What Automatic tried, where it chose the run."""
    from studio.training.story import trials_in_words
    from studio.training.trials import read_trials

    trials = read_trials(run_folder(project, run))
    return [] if trials is None else [reading.sentence for reading in trials_in_words(trials)]


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
