"""`seedbed import` and `seedbed relink`: where images come from."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from studio.commands.command import Misused, Report
from studio.commands.options import pair, path, takes_project
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr, trn


def import_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    source_help = tr("a folder, an archive, a file of images, or a table of them")
    parser.add_argument("sources", type=path, nargs="*", metavar="SOURCE", help=source_help)
    layouts = "auto, mvtec, coco, voc, yolo, imagefolder, webdataset, table, folders, flat"
    layout_help = tr("how they are laid out: {layouts} (auto)", layouts=layouts)
    parser.add_argument("--layout", default="auto", metavar="NAME", help=layout_help)
    table_help = tr("a CSV, Excel or JSON lines table with the columns file and label")
    parser.add_argument("--labels", type=Path, metavar="TABLE", help=table_help)
    cut_help = tr("which images of a file come in, and how they are cut, as in frames=all or cut=objects")
    parser.add_argument("--set", type=pair, action="append", metavar="KEY=VALUE", help=cut_help)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help=tr("only tell what there is"))
    how.add_argument("--again", action="store_true", help=tr("look at everything that was imported before once more"))


def run_import(options: Namespace) -> Report:
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
        if found.untaught and settings.keep_split:
            lines += [found.untaught, tr("To use them too, import with --set keep_split=false and split anew.")]
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
        *_annotated(result.annotated),
        *(f"{problem.where}: {problem.what}" for problem in result.problems),
        *(f"{rejected.file}: {rejected.reason}" for rejected in result.rejected),
    ]
    return Report("\n".join(lines), facts | {name: getattr(result, name) for name in result.__struct_fields__})


def _class_lines(classes: Mapping[str, int]) -> list[str]:
    return [f"  {name or tr('no label')}: {trn('{n} file', '{n} files', number)}" for name, number in classes.items()]


def _import_again(project: Project) -> Report:
    from studio.importing.again import import_again

    result = carry_out(import_again(project))
    lines = [
        trn("{n} image imported.", "{n} images imported.", result.imported),
        trn("{n} file had changed and was read again.", "{n} files had changed and were read again.", result.refreshed),
        *_annotated(result.annotated),
        trn("{n} file lies elsewhere now.", "{n} files lie elsewhere now.", result.moved),
        *(tr("“{path}” is gone.", path=path) for path in result.vanished),
        *(f"{problem.where}: {problem.what}" for problem in result.problems),
    ]
    return Report("\n".join(lines), result)


def _annotated(number: int) -> list[str]:
    if not number:
        return []
    return [trn("{n} image has other annotations now.", "{n} images have other annotations now.", number)]


def relink_options(parser: ArgumentParser) -> None:
    takes_project(parser)
    parser.add_argument("folder", type=path, metavar="FOLDER", help=tr("where the files of the images lie now"))


def run_relink(options: Namespace) -> Report:
    from studio.importing.relink import relink

    with Project.open(options.project) as project:
        result = carry_out(relink(project, options.folder))
    lines = [
        trn("{n} file was found again.", "{n} files were found again.", result.relinked),
        *(tr("“{path}” is still missing.", path=path) for path in result.missing),
    ]
    return Report("\n".join(lines), result)
