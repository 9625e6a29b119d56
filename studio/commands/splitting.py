"""`seedbed split`: images held out to judge by."""

from argparse import ArgumentParser, Namespace
from typing import Any

from studio.commands.command import Report
from studio.commands.options import takes_project, takes_seed
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr

NOTHING = "nothing"
"""Of --group: each image for itself."""


def split_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("--test", type=float, default=0.2, metavar="SHARE", help=tr("the share to judge by (0.2)"))
    parser.add_argument("--validation", type=float, default=0.0, metavar="SHARE", help=tr("the share to tune by (0)"))
    parser.add_argument(
        "--group",
        action="append",
        metavar="HOW",
        help=tr(
            "keep together what has the same: a field, name:PATTERN such as name:*_?, order:N files in a row, or"
            " relatives; may be repeated. Without it: images of one file, patient, study or part; nothing: each image"
            " for itself"
        ),
    )
    parser.add_argument("--thaw", action="store_true", help=tr("split anew even where runs stand on the split"))
    takes_seed(parser)


def run_split(options: Namespace) -> Report:
    from studio.labeling import SplitRecipe, side_counts, split_as
    from studio.labeling.belonging import belonging_fields, in_words
    from studio.labeling.grouping import BELONGING
    from studio.labeling.leaks import find_leaks
    from studio.project.info import UNLABELED
    from studio.project.items import SIDES

    with Project.open(options.project) as project:
        recipe = SplitRecipe(options.test, options.validation, _ways(options.group), options.seed)
        carry_out(split_as(project, recipe, options.thaw))
        leaks = carry_out(find_leaks(project))
        pairs = [_leak_facts(project, pair) for pair in leaks.pairs]
        together = belonging_fields(project) if BELONGING in recipe.by else {}
        counts = {name or UNLABELED: sides for name, sides in side_counts(project).items() if any(sides.values())}
    totals = {side: sum(sides[side] for sides in counts.values()) for side in SIDES}
    lines = [f"{name}: {_sides(sides)}" for name, sides in {**counts, tr("all"): totals}.items()]
    if together:
        lines.append(in_words(together))
    if pairs:
        lines += [leaks.text, *(f"  {pair['second']}: {pair['kind']} {pair['first']}" for pair in pairs)]
        lines.append(tr("Split with --group relatives to keep what belongs together on one side."))
    return Report("\n".join(lines), {**totals, "classes": counts, "together": together, "leaks": pairs})


def _ways(asked: list[str] | None) -> tuple[str, ...]:
    """What stays together, from what --group says."""
    from studio.labeling.grouping import BELONGING

    return (BELONGING,) if asked is None else tuple(way for way in asked if way != NOTHING)


def _leak_facts(project: Project, pair: Any) -> dict[str, Any]:
    from studio.project.items import item

    paths = {"first": item(project, pair.first).path, "second": item(project, pair.second).path}
    return {**paths, "kind": pair.kind, "likeness": round(pair.likeness, 3)}


def _sides(counts: dict[str, int]) -> str:
    return tr("{train:,} to train with, {validation:,} to validate, {test:,} to judge by", **counts)
