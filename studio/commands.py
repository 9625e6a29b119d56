"""The commands of the command line: the options of each, and what it does with the engines.

Engines are imported by the command that needs them, so that help and small commands answer at once.
"""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from itertools import count as count_up
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from models.families import FAMILIES
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr, trn
from studio.training import AUTOMATIC

LARGEST_SEED = 2**31 - 1
"""What the window's fields can hold."""


class Report(NamedTuple):
    """What came of a command: text for people, facts for programs, and a project to show where there is a screen."""

    text: str
    facts: Any
    done: bool = True
    show: Path | None = None


class Command(NamedTuple):
    """`summary` is translated where it is shown."""

    summary: str
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Report]


class Misused(Exception):
    """Options that do not go together; the message is one sentence."""


# demo


def _demo_options(parser: ArgumentParser) -> None:
    parser.add_argument("--project", type=Path, metavar="DIR", help=tr("where to make the project"))
    parser.add_argument("--family", choices=FAMILIES, default="dcgan", help=tr("what to train after Instant (dcgan)"))
    parser.add_argument("--minutes", type=_positive, default=5.0, metavar="M", help=tr("how long to train it (5)"))


def _demo(options: Namespace) -> Report:
    from studio.demo import demo, demo_photos
    from studio.preferences import free_project

    photos = demo_photos()
    folder = options.project or free_project(photos.name)
    result = carry_out(demo(folder, photos, options.family, options.minutes))
    if _has_screen():
        return Report(result.text(), result.facts(), show=result.project)
    without = tr("There is no screen here, so the studio stays shut. Elsewhere, open the project with:")
    return Report(f"{without} seedbed “{result.project}”\n\n{result.text()}", result.facts())


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    return wanted not in ("offscreen", "minimal") and bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


# new, info


def _new(options: Namespace) -> Report:
    with Project.create(options.project) as project:
        return Report(str(project.folder), {"project": project.folder})


def _info(options: Namespace) -> Report:
    from studio.project.info import project_info

    with Project.open(options.project) as project:
        info = project_info(project)
    return Report(info.text(), info)


# import


def _import_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    source_help = tr("a folder, an archive, a file of images, or a table of them")
    parser.add_argument("sources", type=_path, nargs="*", metavar="SOURCE", help=source_help)
    layouts = "auto, mvtec, coco, voc, yolo, imagefolder, webdataset, table, folders, flat"
    layout_help = tr("how they are laid out: {layouts} (auto)", layouts=layouts)
    parser.add_argument("--layout", default="auto", metavar="NAME", help=layout_help)
    table_help = tr("a CSV, Excel or JSON lines table with the columns file and label")
    parser.add_argument("--labels", type=Path, metavar="TABLE", help=table_help)
    cut_help = tr("which images of a file come in, and how they are cut, as in frames=all or cut=objects")
    parser.add_argument("--set", type=_pair, action="append", metavar="KEY=VALUE", help=cut_help)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help=tr("only tell what there is"))
    how.add_argument("--again", action="store_true", help=tr("look at everything that was imported before once more"))


def _import(options: Namespace) -> Report:
    if options.again and options.sources:
        raise Misused(tr("Name what to import, or say --again, not both."))
    if not (options.again or options.sources):
        raise Misused(tr("Name what to import, or say --again."))
    with Project.open(options.project) as project:
        return _import_again(project) if options.again else _import_new(project, options)


def _import_new(project: Project, options: Namespace) -> Report:
    from models.settings import with_values
    from studio.importing import import_sources
    from studio.importing.archives import discard_unused
    from studio.importing.options import WHOLE_IMAGES
    from studio.importing.recognize import recognize

    settings = with_values(WHOLE_IMAGES, dict(options.set or ()))
    given = (project, options.sources, options.layout, options.labels)
    try:
        found = carry_out(recognize(*given))
        lines = [f"{found.title}: {found.sentence}", *_class_lines(found.classes)]
        facts = found.facts()
        if options.dry_run:
            lines += [f"{problem.where}: {problem.what}" for problem in found.problems]
            return Report("\n".join(lines), facts)
        result = carry_out(import_sources(*given, settings))
    finally:
        discard_unused(project)
    lines += [
        trn("{n} image imported.", "{n} images imported.", result.imported),
        trn("{n} was there already.", "{n} were there already.", result.unchanged),
        *(f"{problem.where}: {problem.what}" for problem in result.problems),
        *(f"{rejected.file}: {rejected.reason}" for rejected in result.rejected),
    ]
    return Report("\n".join(lines), facts | {name: getattr(result, name) for name in result.__struct_fields__})


def _class_lines(classes: Mapping[str, int]) -> list[str]:
    return [f"  {name or tr('no label')}: {number:,}" for name, number in classes.items()]


def _import_again(project: Project) -> Report:
    from studio.importing.again import import_again

    result = carry_out(import_again(project))
    lines = [
        trn("{n} image imported.", "{n} images imported.", result.imported),
        trn("{n} file had changed and was read again.", "{n} files had changed and were read again.", result.refreshed),
        trn("{n} file lies elsewhere now.", "{n} files lie elsewhere now.", result.moved),
        *(tr("“{path}” is gone.", path=path) for path in result.vanished),
    ]
    return Report("\n".join(lines), result)


def _relink_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    parser.add_argument("folder", type=_path, metavar="FOLDER", help=tr("where the files of the images lie now"))


def _relink(options: Namespace) -> Report:
    from studio.importing.relink import relink

    with Project.open(options.project) as project:
        result = carry_out(relink(project, options.folder))
    lines = [
        trn("{n} file was found again.", "{n} files were found again.", result.relinked),
        *(tr("“{path}” is still missing.", path=path) for path in result.missing),
    ]
    return Report("\n".join(lines), result)


# clean


def _clean_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    parser.add_argument("--check", action="append", metavar="NAME", help=tr("run only this check; may be repeated"))
    parser.add_argument("--apply", action="store_true", help=tr("exclude what was found"))


def _clean(options: Namespace) -> Report:
    from studio.cleaning import apply, expected_false, scan
    from studio.cleaning.report import rows

    begun = monotonic()
    with Project.open(options.project) as project:
        findings = carry_out(scan(project, options.check))
        facts = {"findings": rows(project, findings), "expected_false": expected_false(project, findings)}
        edit = apply(project, findings) if options.apply else None
    lines = [f"{finding.file}: {finding.reason}" for finding in findings]
    excluded = edit.count if edit else 0
    lines.append(trn("{n} image excluded.", "{n} images excluded.", excluded))
    return Report("\n".join(lines), facts | {"seconds": round(monotonic() - begun, 3), "excluded": excluded})


# label, split


def _label_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--from", type=Path, dest="table", metavar="TABLE", help=tr("a table: columns file and label"))
    how.add_argument("--to", type=Path, metavar="TABLE.csv", help=tr("write such a table of all images"))
    how.add_argument("--suggest", action="store_true", help=tr("print such a table for the images without a label"))
    how.add_argument(
        "--agreement", action="store_true", help=tr("say how far two readers agree, and where they do not")
    )
    how.add_argument("--masks-in", type=Path, metavar="DIR", help=tr("mark images by PNG masks of 0 and 255"))
    how.add_argument("--masks-out", type=Path, metavar="DIR", help=tr("write what is marked as such masks"))
    parser.add_argument("--second", action="store_true", help=tr("with --from: the labels are a second reader's"))


def _label(options: Namespace) -> Report:
    if options.second and not options.table:
        raise Misused(tr("--second says whose labels come with --from."))
    with Project.open(options.project) as project:
        if options.table:
            return _label_from(project, options.table, options.second)
        if options.to:
            return _label_to(project, options.to)
        if options.masks_in:
            return _masks_in(project, options.masks_in)
        if options.masks_out:
            return _masks_out(project, options.masks_out)
        return _agreement(project) if options.agreement else _suggest(project)


def _label_from(project: Project, table: Path, second: bool) -> Report:
    from studio.labeling import label_from_table

    result = label_from_table(project, table, second)
    lines = [
        trn("{n} image labeled.", "{n} images labeled.", result.labeled),
        *(tr("No image is called “{file}”.", file=file) for file in result.unmatched),
        *(tr("Several images are called “{file}”: give its folder too.", file=file) for file in result.ambiguous),
    ]
    return Report("\n".join(lines), result)


def _label_to(project: Project, out: Path) -> Report:
    from studio.labeling import write_label_table

    rows = write_label_table(project, out)
    return Report(trn("{n} image in {path}", "{n} images in {path}", rows, path=out), {"table": out, "images": rows})


def _masks_in(project: Project, folder: Path) -> Report:
    from studio.labeling.masks import read_masks

    result = carry_out(read_masks(project, folder))
    lines = [
        trn("{n} image is marked by its mask.", "{n} images are marked by their masks.", result.marked),
        *(tr("“{file}” fits no image in name and size.", file=file) for file in result.unmatched),
    ]
    return Report("\n".join(lines), result)


def _masks_out(project: Project, out: Path) -> Report:
    from studio.labeling.masks import write_masks

    written = carry_out(write_masks(project, out))
    text = trn("{n} mask in {folder}", "{n} masks in {folder}", written, folder=out)
    return Report(text, {"dir": out, "files": written})


def _agreement(project: Project) -> Report:
    import msgspec

    from studio.labeling.agreement import agreement, in_words
    from studio.labeling.readings import disagreements, readings
    from studio.project.items import item

    read = readings(project)
    found = agreement([each.first for each in read], [each.second for each in read])
    rows = [
        {"item": item(project, each.item).path, "first": each.first, "second": each.second}
        for each in disagreements(project)
    ]
    lines = [in_words(found), *(f"{row['item']}: {row['first']} / {row['second']}" for row in rows)]
    return Report("\n".join(lines), {**msgspec.structs.asdict(found), "disagreements": rows})


def _suggest(project: Project) -> Report:
    import csv
    import io

    from studio.labeling.suggest import suggest
    from studio.project.items import item

    suggestions = carry_out(suggest(project))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "label", "confidence"])
    writer.writerows((item(project, s.item).path, s.label, f"{s.confidence:.2f}") for s in suggestions)
    return Report(table.getvalue().rstrip("\n"), {"suggestions": suggestions})


def _split_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    parser.add_argument("--test", type=float, default=0.2, metavar="SHARE", help=tr("the share to judge by (0.2)"))
    parser.add_argument("--validation", type=float, default=0.0, metavar="SHARE", help=tr("the share to tune by (0)"))
    parser.add_argument(
        "--group",
        action="append",
        metavar="HOW",
        help=tr(
            "keep groups together: a field, name:PATTERN such as name:*_?, order:N files in a row, or relatives;"
            " may be repeated"
        ),
    )
    parser.add_argument("--thaw", action="store_true", help=tr("split anew even where runs stand on the split"))
    _takes_seed(parser)


def _split(options: Namespace) -> Report:
    from studio.labeling import SplitRecipe, side_counts, split_as
    from studio.labeling.leaks import find_leaks
    from studio.project.info import UNLABELED
    from studio.project.items import SIDES

    with Project.open(options.project) as project:
        recipe = SplitRecipe(options.test, options.validation, tuple(options.group or ()), options.seed)
        carry_out(split_as(project, recipe, options.thaw))
        leaks = carry_out(find_leaks(project))
        pairs = [_leak_facts(project, pair) for pair in leaks.pairs]
        counts = {name or UNLABELED: sides for name, sides in side_counts(project).items() if any(sides.values())}
    totals = {side: sum(sides[side] for sides in counts.values()) for side in SIDES}
    lines = [f"{name}: {_sides(sides)}" for name, sides in {**counts, tr("all"): totals}.items()]
    if pairs:
        lines += [leaks.text, *(f"  {pair['second']}: {pair['kind']} {pair['first']}" for pair in pairs)]
        lines.append(tr("Split with --group relatives to keep what belongs together on one side."))
    return Report("\n".join(lines), {**totals, "classes": counts, "leaks": pairs})


def _leak_facts(project: Project, pair: Any) -> dict[str, Any]:
    from studio.project.items import item

    paths = {"first": item(project, pair.first).path, "second": item(project, pair.second).path}
    return {**paths, "kind": pair.kind, "likeness": round(pair.likeness, 3)}


def _sides(counts: dict[str, int]) -> str:
    return tr("{train:,} to train with, {validation:,} to validate, {test:,} to judge by", **counts)


# augment


def _augment_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    parser.add_argument("--chain", metavar="CHAIN", help=tr("a chain's file, or the name of a preset, to be kept"))
    parser.add_argument("--preview", type=Path, metavar="OUT.png", help=tr("draw a few images beside their variants"))
    parser.add_argument("--materialize", type=_natural, metavar="N", help=tr("write N variants of each training image"))
    parser.add_argument("--balance", action="store_true", help=tr("as many variants of each class as of the largest"))
    _takes_seed(parser)


def _augment(options: Namespace) -> Report:
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


# prepare


def _prepare_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    parser.add_argument("--set", type=_pair, action="append", metavar="KEY=VALUE", help=tr("a setting"))
    parser.add_argument("--reset", action="store_true", help=tr("back to the defaults first"))
    parser.add_argument("--describe", action="store_true", help=tr("print the settings"))


def _prepare(options: Namespace) -> Report:
    from models.settings import fields_of, with_values
    from studio.imaging.preparation import Preparation, preparation, set_preparation

    if options.describe:
        fields = fields_of(Preparation)
        return Report("\n".join(map(_field_line, fields)), {"settings": fields})
    with Project.open(options.project) as project:
        before = Preparation() if options.reset else preparation(project)
        prepared = with_values(before, dict(options.set or ()))
        set_preparation(project, prepared)
    lines = [f"{field.name:16} {_in_words(getattr(prepared, field.name))}" for field in fields_of(Preparation)]
    return Report("\n".join(lines), {field.name: getattr(prepared, field.name) for field in fields_of(Preparation)})


def _in_words(value: Any) -> str:
    return "..".join(f"{end:g}" for end in value) if isinstance(value, tuple) else str(value)


# train


def _train_options(parser: ArgumentParser) -> None:
    _takes_project(parser, nargs="?")
    parser.add_argument("--family", choices=(AUTOMATIC, *FAMILIES), help=tr("what to train (instant)"))
    parser.add_argument("--size", type=_natural, metavar="PX", help=tr("side of the images (64)"))
    parser.add_argument("--set", type=_pair, action="append", metavar="KEY=VALUE", help=tr("a setting of the family"))
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=_positive, metavar="M", help=tr("how long in all, also after --resume"))
    budget.add_argument("--steps", type=_natural, metavar="N", help=tr("how many steps in all, also after --resume"))
    parser.add_argument("--seed", type=_seed, metavar="S", help=tr("number that makes chance repeatable (0)"))
    parser.add_argument("--resume", metavar="RUN", help=tr("go on with a run"))
    parser.add_argument("--list", action="store_true", help=tr("print the families"))
    parser.add_argument("--describe", action="store_true", help=tr("print the settings of the family"))


def _train(options: Namespace) -> Report:
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

    from studio.training.automatic import train_automatically
    from studio.training.train import train

    with Project.open(options.project) as project:
        if options.family == AUTOMATIC:
            own = {name: value for name, value in own.items() if name in ("size", "seed")}
            task = train_automatically(project, minutes=options.minutes, **own)
        else:
            task = train(project, minutes=options.minutes, steps=options.steps, resume=options.resume, **own)
        result = carry_out(task)
    lines = [
        tr("{run}: {steps:,} steps in {seconds:.0f} s", run=result.run, steps=result.steps, seconds=result.seconds),
        _figures(result.metrics),
    ]
    return Report("\n".join(filter(None, lines)), result, done=result.state == "done")


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
    return Report("\n".join(map(_field_line, fields)), {"family": name, "settings": fields})


def _field_line(field: Any) -> str:
    bounds = f"{_bound(field.minimum)}..{_bound(field.maximum)}" if field.kind in ("int", "float", "range") else ""
    facts = " ".join(filter(None, [", ".join(field.choices) or bounds, field.unit, f"({field.default})"]))
    return f"{field.name:16} {facts:28} {tr(field.description)}"


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _figures(figures: Mapping[str, Any]) -> str:
    """Figures in a line, the words of the trade before them."""
    return ", ".join(f"{name.upper()} {figures[name]:.0f}" for name in ("fid", "kid") if figures.get(name) is not None)


# evaluate, synthesize, export


def _evaluate_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    _takes_run(parser)


def _evaluate(options: Namespace) -> Report:
    import msgspec

    from studio.evaluating.evaluate import evaluate
    from studio.evaluating.meaning import TITLES, formatted, readings

    with Project.open(options.project) as project:
        evaluation = carry_out(evaluate(project, options.run))
    matched, floor = msgspec.structs.asdict(evaluation.matched), msgspec.structs.asdict(evaluation.floor)
    lines = [
        f"{tr(TITLES[reading.name])}: {formatted(reading.name, getattr(evaluation, reading.name))}. {reading.sentence}"
        for reading in readings(matched, floor)
    ]
    return Report("\n".join(lines), evaluation)


def _synthesize_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    _takes_run(parser)
    parser.add_argument("-n", type=_natural, metavar="N", help=tr("how many samples"))
    parser.add_argument("--class", dest="label", metavar="NAME", help=tr("all of this class"))
    parser.add_argument("--balance", action="store_true", help=tr("give them to the smallest classes"))
    _takes_seed(parser)


def _synthesize(options: Namespace) -> Report:
    from studio.synthesizing.synthesize import synthesize

    with Project.open(options.project) as project:
        task = synthesize(project, options.run, options.n, options.label, options.balance, options.seed)
        result = carry_out(task)
    text = trn("{n} sample in {folder}", "{n} samples in {folder}", result.samples, folder=result.dir)
    return Report(text, result)


def _export_options(parser: ArgumentParser) -> None:
    _takes_project(parser)
    parser.add_argument("out", type=_path, metavar="OUT", help=tr("a folder that does not exist yet, or is empty"))
    format_help = tr("how it is laid out: {formats} (folders)", formats="folders, imagefolder, coco, yolo")
    parser.add_argument("--format", default="folders", metavar="NAME", help=format_help)
    which = parser.add_mutually_exclusive_group()
    for name, summary in (("both", tr("all images")), ("real", tr("the real ones")), ("synthetic", tr("the samples"))):
        which.add_argument(f"--{name}", dest="which", action="store_const", const=name, default="both", help=summary)


def _export(options: Namespace) -> Report:
    from studio.exporting import export

    with Project.open(options.project) as project:
        result = carry_out(export(project, options.out, options.format, options.which))
    text = trn("{n} image in {folder}", "{n} images in {folder}", result.files, folder=result.dir)
    return Report(text, result)


# What several commands share


def _takes_project(parser: ArgumentParser, nargs: str | None = None) -> None:
    parser.add_argument("project", type=_path, nargs=nargs, metavar="PROJECT", help=tr("the project's folder"))


def _takes_run(parser: ArgumentParser) -> None:
    parser.add_argument("--run", required=True, metavar="RUN", help=tr("a run, by the name that train gave it"))


def _takes_seed(parser: ArgumentParser) -> None:
    help_text = tr("number that makes chance repeatable (0)")
    parser.add_argument("--seed", type=_seed, default=0, metavar="S", help=help_text)


def _path(text: str) -> Path:
    if not text:
        raise ArgumentTypeError(tr("a name must not be empty"))
    return Path(text)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > LARGEST_SEED:
        raise ArgumentTypeError(tr("“{text}” is not a number from 0 to {largest}", text=text, largest=LARGEST_SEED))
    return int(text)


def _natural(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(tr("“{text}” is not a number from 1 up", text=text))
    return int(text)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(tr("“{text}” is not a number above 0", text=text))
    return value


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise ArgumentTypeError(tr("“{text}” is not KEY=VALUE", text=text))
    return key, value


COMMANDS = {
    "demo": Command("The whole way on the demo data", _demo_options, _demo),
    "new": Command("Make a project", _takes_project, _new),
    "import": Command("Bring images in", _import_options, _import),
    "relink": Command("Find files that were moved", _relink_options, _relink),
    "clean": Command("Find images that should not be learned from", _clean_options, _clean),
    "label": Command("Give images their classes", _label_options, _label),
    "split": Command("Hold some images out to judge by", _split_options, _split),
    "augment": Command("Choose how images are varied", _augment_options, _augment),
    "prepare": Command("Set how images are prepared for learning", _prepare_options, _prepare),
    "train": Command("Train a generator", _train_options, _train),
    "evaluate": Command("Judge the samples of a run", _evaluate_options, _evaluate),
    "synthesize": Command("Make samples with a run", _synthesize_options, _synthesize),
    "export": Command("Write a folder for another program", _export_options, _export),
    "info": Command("Say what a project holds", _takes_project, _info),
}
"""In the order of the work."""
