"""`seedbed augment`: how images are varied."""

import os
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
    parser.add_argument(
        "--for-training",
        action="store_true",
        help=tr("make the variants part of what the next run learns from, instead of writing files"),
    )
    takes_seed(parser)


def run_augment(options: Namespace) -> Report:
    from studio.augmenting import project_chain, set_project_chain
    from studio.augmenting.preview import write_preview

    if not (options.chain or options.preview or options.materialize):
        raise Misused(tr("Say what to do: --chain, --preview or --materialize."))
    if (options.balance or options.for_training) and not options.materialize:
        raise Misused(tr("--balance and --for-training go with --materialize."))
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
            line, made = _keep_for_training(project, options) if options.for_training else _write(project, options)
            lines.append(line)
            facts |= made
    return Report("\n".join(lines), facts)


def _write(project: Project, options: Namespace) -> tuple[str, dict[str, Any]]:
    """Write variants as files; no window needs a core."""
    from studio.augmenting.materialize import materialize

    out = next(folder for n in count_up(1) if not (folder := project.folder / f"exports/variants-{n}").exists())
    result = carry_out(
        materialize(project, out, options.materialize, options.seed, balance=options.balance, cores=os.cpu_count())
    )
    return str(result.dir), {"dir": result.dir, "files": result.files}


def _keep_for_training(project: Project, options: Namespace) -> tuple[str, dict[str, Any]]:
    from studio.project.versions import Variants, version_folder
    from studio.training.variants import materialize_version

    wish = Variants(options.materialize, options.balance, options.seed)
    version = carry_out(materialize_version(project, wish))
    return tr("version {name}", name=version.name), {
        "version": version.name,
        "dir": version_folder(project, version.name),
    }


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
