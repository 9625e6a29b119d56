"""`seedbed label`: classes and masks, from tables and folders and back."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from studio.commands.command import Misused, Report
from studio.commands.options import takes_project
from studio.project import Project
from studio.terminal import carry_out
from studio.text import tr, trn


def label_options(parser: ArgumentParser) -> None:
    takes_project(parser)
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


def run_label(options: Namespace) -> Report:
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

    result = carry_out(label_from_table(project, table, second))
    lines = [
        trn("{n} image labeled.", "{n} images labeled.", result.labeled),
        *(tr("No image is called “{file}”.", file=file) for file in result.unmatched),
        *(tr("Several images are called “{file}”: give its folder too.", file=file) for file in result.ambiguous),
    ]
    return Report("\n".join(lines), result)


def _label_to(project: Project, out: Path) -> Report:
    from studio.labeling import write_label_table

    rows = carry_out(write_label_table(project, out))
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
