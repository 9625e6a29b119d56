"""`seedbed augment`: how images are varied."""

from argparse import ArgumentParser, Namespace
from itertools import count as count_up
from pathlib import Path
from typing import Any

from studio.commands.command import Misused, Report
from studio.commands.options import natural, takes_project, takes_seed
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr


def augment_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("--chain", metavar="CHAIN", help=tr("a chain's file, or the name of a preset, to be kept"))
    parser.add_argument("--preview", type=Path, metavar="OUT.png", help=tr("draw a few images beside their variants"))
    parser.add_argument("--materialize", type=natural, metavar="N", help=tr("write N variants of each training image"))
    parser.add_argument("--balance", action="store_true", help=tr("as many variants of each class as of the largest"))
    takes_seed(parser)


def run_augment(options: Namespace) -> Report:
    from studio.augmenting import project_chain, set_project_chain
    from studio.augmenting.materialize import materialize
    from studio.augmenting.preview import write_preview

    if not (options.chain or options.preview or options.materialize):
        raise Misused(tr("Say what to do: --chain, --preview or --materialize."))
    if options.balance and not options.materialize:
        raise Misused(tr("--balance goes with --materialize."))
    with Project.open(options.project) as project:
        if options.chain:
            set_project_chain(project, _chosen_chain(options.chain))
        chain = project_chain(project)
        lines = list(chain.describe())
        facts: dict[str, Any] = {"chain": chain.to_builtins()}
        if options.preview:
            write_preview(project, chain, options.preview, options.seed)
            lines.append(str(options.preview))
            facts["preview"] = options.preview
        if options.materialize:
            out = next(folder for n in count_up(1) if not (folder := project.folder / f"exports/variants-{n}").exists())
            task = materialize(project, out, options.materialize, options.seed, balance=options.balance)
            result = carry_out(task)
            lines.append(str(result.dir))
            facts |= {"dir": result.dir, "files": result.files}
    return Report("\n".join(lines), facts)


def _chosen_chain(name: str) -> Any:
    from studio.augmenting import PRESETS, Chain, ChainError
    from studio.augmenting.own_presets import load_preset, own_presets

    if Path(name).is_file():
        return Chain.load(Path(name))
    known = {preset.casefold(): preset for preset in (*own_presets(), *PRESETS)}
    if name.casefold() not in known:
        raise ChainError(
            tr(
                "“{name}” is neither a chain's file nor a preset. There are: {known}.",
                name=name,
                known=", ".join(known.values()),
            )
        )
    preset = known[name.casefold()]
    return PRESETS[preset] if preset in PRESETS else load_preset(preset)
