"""The data card: what an export holds, how it was made, from which version of the data, how good the samples are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from studio.augmenting import Chain
from studio.exporting.manifest import UNLABELED, Row
from studio.project import Project
from studio.project.items import count
from studio.project.runs import Plan, find_run
from studio.project.versions import find_version
from studio.text import tr, trn

COLUMNS = (("train", "real"), ("train", "synthetic"), ("validation", "real"), ("test", "real"))


def data_card(project: Project, rows: Sequence[Row]) -> str:
    """The card in Markdown for the files of an export."""
    sections = [
        _head(project, rows),
        _contents(rows),
        _real(project, rows),
        *(_run(project, name, rows) for name in sorted({row.run for row in rows if row.run})),
        _limits(rows),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(project: Project, rows: Sequence[Row]) -> str:
    classes = len({row.label for row in rows} - {UNLABELED})
    summary = tr(
        "{images} in {classes}.",
        images=trn("{n} image", "{n} images", len(rows)),
        classes=trn("{n} class", "{n} classes", classes),
    )
    return f"# {tr('{name}: data card', name=project.name)}\n\n{summary}"


def _contents(rows: Sequence[Row]) -> str:
    counts = Counter((row.label, row.split, row.origin) for row in rows)
    titles = [tr("class"), tr("train, real"), tr("train, synthetic"), tr("validation, real"), tr("test, real")]
    labels = sorted({row.label for row in rows})
    table = _table(titles, ([_cell(label), *(counts[label, *column] for column in COLUMNS)] for label in labels))
    layout = tr(
        "Images are PNG at their own depth. `manifest.csv` has a row for each: file, class, split, origin, size, the "
        "SHA-256 of the imported file, which frame and box of it, what is marked, and for a synthetic one its run, "
        "checkpoint, seed and index."
    )
    return f"## {tr('What it holds')}\n\n{table}\n\n{layout}"


def _real(project: Project, rows: Sequence[Row]) -> str:
    real = [row for row in rows if row.origin == "real"]
    if not real:
        return ""
    excluded = count(project, "origin = 'real' AND decision = 'exclude'")
    sentences = [
        trn("{n} image was imported and kept.", "{n} images were imported and kept.", len(real)),
        trn("{n} was set aside in cleaning.", "{n} were set aside in cleaning.", excluded),
        tr("File names and metadata of the sources were left behind."),
    ]
    if all(row.split == "train" for row in real):
        sentences.append(tr("No test images were split off."))
    return f"## {tr('Real images')}\n\n" + " ".join(sentences)


def _run(project: Project, name: str, rows: Sequence[Row]) -> str:
    """How the samples of one run were made, and how good they are."""
    run = find_run(project, name)
    version = find_version(project, run.version)
    size = version.normalization.size
    facts = [
        (tr("samples"), f"{sum(row.run == name for row in rows):,}"),
        (tr("family"), run.family),
        (tr("settings"), _settings(run.plan)),
        (tr("version of the data"), f"`{version.name}`"),
        (tr("learned from"), trn("{n} image at {size} px", "{n} images at {size} px", len(version.train), size=size)),
        (tr("augmentation"), _steps(Chain.from_builtins(version.chain))),
        (tr("trained"), f"{run.created[:16].replace('T', ' ')} UTC"),
    ]
    table = _table([tr("what"), tr("value")], ([title, _cell(value)] for title, value in facts))
    return f"## {tr('Synthetic images of run {name}', name=name)}\n\n{table}\n\n{_figures(project, name)}"


def _settings(plan: Plan) -> str:
    """Everything that was asked for, as `--set` and the other options of the command line take it."""
    asked = {**msgspec.structs.asdict(plan), **plan.settings}
    return ", ".join(f"{name} {value}" for name, value in asked.items() if name != "settings" and value is not None)


def _steps(chain: Chain) -> str:
    return "; ".join(chain.describe()) or tr("none")


def _figures(project: Project, run: str) -> str:
    row = project.db.execute("SELECT result FROM evaluation WHERE run = ? ORDER BY id DESC LIMIT 1", (run,)).fetchone()
    if row is None:
        return tr("These samples have not been evaluated.")
    result: dict[str, Any] = msgspec.json.decode(row["result"])
    matched, floor = result["matched"], result["floor"]
    figures = (
        ("fid", "FID", tr("distance of the feature statistics to the real images; lower is better")),
        ("kid", "KID × 1,000", tr("the same without bias by the number of samples; lower is better")),
        ("precision", tr("precision"), tr("share of samples that look like a real image")),
        ("recall", tr("recall"), tr("share of real images that the samples' range includes")),
        ("coverage", tr("coverage"), tr("share of real images with a sample nearby")),
        ("ssim", "SSIM", tr("likeness of samples to each other; far above real images means that they repeat")),
        ("nearest", tr("nearest"), tr("distance to the nearest training image, against real ones; near 0: copies")),
    )
    titles = [
        tr("figure"),
        trn("{n} sample", "{n} samples", result["n"]),
        trn("{n} sample", "{n} samples", matched["n"]),
        trn("{n} unseen real image", "{n} unseen real images", floor["n"]),
        tr("meaning"),
    ]
    table = _table(
        titles,
        (
            [title, *(_number(column[key]) for column in (result, matched, floor)), meaning]
            for key, title, meaning in figures
        ),
    )
    note = tr("Compare the last two columns of figures: distances depend on the number of images.")
    return f"{table}\n\n{note} {tr('Features: {extractor}.', extractor=result['extractor'])}"


def _limits(rows: Sequence[Row]) -> str:
    sentences = [tr("The license of the source images holds for this export.")]
    if any(row.origin == "synthetic" for row in rows):
        sentences += [
            tr("It holds for the synthetic images too."),
            tr("Synthetic images are drawn from a model of the training images: they show nothing that was measured."),
            tr("Train with them, but judge the result on real test images alone."),
            tr("Whether they help is to be measured for each task; often they do not."),
        ]
    return f"## {tr('Limits')}\n\n" + " ".join(sentences)


def _table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "–"
