"""The data card: what an export holds, how it was made, from which version of the data, how good the samples are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from studio.augmenting import Chain, project_chain
from studio.exporting.manifest import Row
from studio.project import Project
from studio.project.items import count
from studio.text import tr, trn

COLUMNS = (("train", "real"), ("train", "synthetic"), ("test", "real"))


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
    classes = len({row.label for row in rows})
    summary = tr(
        "{images} in {classes}.",
        images=trn("{n} image", "{n} images", len(rows)),
        classes=trn("{n} class", "{n} classes", classes),
    )
    return f"# {tr('{name}: data card', name=project.name)}\n\n{summary}"


def _contents(rows: Sequence[Row]) -> str:
    counts = Counter((row.label, row.split, row.origin) for row in rows)
    titles = [tr("class"), tr("train, real"), tr("train, synthetic"), tr("test, real")]
    labels = sorted({row.label for row in rows})
    table = _table(titles, ([_cell(label), *(counts[label, *column] for column in COLUMNS)] for label in labels))
    layout = tr(
        "Images lie in `train/CLASS` and `test/CLASS`, as PNG at their own depth. `manifest.csv` has a row for each: "
        "class, split, origin, size, the SHA-256 of the imported file, and for a synthetic one its run, checkpoint, "
        "seed and index."
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
    run = project.db.execute("SELECT family, version, settings, created FROM run WHERE name = ?", (name,)).fetchone()
    samples = sum(row.run == name for row in rows)
    facts = [
        (tr("samples"), f"{samples:,}"),
        (tr("family"), run["family"]),
        (tr("settings"), f"`{run['settings']}`"),
        (tr("version of the data"), f"`{run['version']}`"),
        (tr("augmentation"), _steps(_chain_of(project, run["version"]).for_generators())),
        (tr("trained"), run["created"]),
    ]
    table = _table([tr("what"), tr("value")], ([title, _cell(value)] for title, value in facts))
    return f"## {tr('Synthetic images of run {name}', name=name)}\n\n{table}\n\n{_figures(project, name)}"


def _chain_of(project: Project, version: str) -> Chain:
    """The chain that a version of the data was frozen with."""
    row = project.db.execute("SELECT manifest FROM version WHERE hash = ?", (version,)).fetchone()
    kept = msgspec.json.decode(row["manifest"]).get("chain") if row else None
    return Chain.from_builtins(kept) if kept else project_chain(project)


def _steps(chain: Chain) -> str:
    described = [f"{tr(operation.title)} ({operation.describe()})" for operation in chain.active]
    return ", ".join(described) or tr("none")


def _figures(project: Project, run: str) -> str:
    row = project.db.execute("SELECT result FROM evaluation WHERE run = ? ORDER BY id DESC LIMIT 1", (run,)).fetchone()
    if row is None:
        return tr("These samples have not been evaluated.")
    result: dict[str, Any] = msgspec.json.decode(row["result"])
    floor = result.get("floor", {})
    figures = (
        ("fid", "FID", tr("distance of the feature statistics to the real images; lower is better")),
        ("kid", "KID × 1,000", tr("the same without bias by the number of samples; lower is better")),
        ("precision", tr("precision"), tr("share of samples that look like a real image")),
        ("recall", tr("recall"), tr("share of real images that the samples' range includes")),
        ("coverage", tr("coverage"), tr("share of real images with a sample nearby")),
        ("ssim", "SSIM", tr("likeness of samples to each other; far above real images means that they repeat")),
        ("nearest", tr("nearest"), tr("distance to the nearest training image, against real ones; near 0: copies")),
    )
    table = _table(
        [tr("figure"), tr("samples"), tr("real images"), tr("meaning")],
        (
            [title, _number(result[key]), _number(floor.get(key)), meaning]
            for key, title, meaning in figures
            if key in result
        ),
    )
    basis = tr("From {n} samples, with {extractor}.", n=result.get("n", "–"), extractor=result.get("extractor", "–"))
    return f"{table}\n\n{basis}"


def _limits(rows: Sequence[Row]) -> str:
    sentences = [tr("The license of the source images holds for this export, the synthetic images included.")]
    if any(row.origin == "synthetic" for row in rows):
        sentences += [
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
