"""The demo: the whole way from a folder of photos to a folder of samples, through every stage of the work."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from models.events import Notice, Task
from models.families import family_class
from studio.augmenting import PRESETS, Chain, project_chain, set_project_chain
from studio.cleaning import Finding, apply, scan
from studio.evaluating.evaluate import Evaluation, evaluate
from studio.exporting import ExportResult, export
from studio.importing import ImportResult
from studio.importing.elpv import import_elpv
from studio.project import Project
from studio.project.info import ProjectInfo, project_info
from studio.sample_project import import_sample
from studio.synthesizing.synthesize import SynthesisResult, synthesize
from studio.text import tr, trn
from studio.training.freeze import split_if_needed
from studio.training.train import TrainResult, train

SAMPLES = 500

UNUSABLE = {"unreadable", "missing", "exact_copy", "too_small", "empty"}
"""Checks whose findings are set aside; the others are for the eye of someone who knows the photos."""


class Photos(NamedTuple):
    """Photos that the demo can walk the way with: the name of the project, the preset that suits them, their import."""

    name: str
    preset: str
    bring_in: Callable[[Project], Task[ImportResult]]


SOLAR_CELLS = Photos("Solar cells", "Solar cells", import_elpv)
BRUSHED_METAL = Photos("Brushed metal", "Photos of parts", import_sample)


def demo_photos() -> Photos:
    """Solar cells, where their package is installed; else what ships with the program."""
    return SOLAR_CELLS if find_spec("elpv_dataset") else BRUSHED_METAL


class Candidate(msgspec.Struct, frozen=True):
    """A family that was trained, and how its samples did; not judged when its training broke down."""

    train: TrainResult
    evaluate: Evaluation | None

    @property
    def kid(self) -> float:
        """Infinite where it is unknown."""
        if self.evaluate is None or self.evaluate.kid is None:
            return float("inf")
        return self.evaluate.kid


class DemoResult(msgspec.Struct, frozen=True):
    """What came of each stage. `better` is `instant` or `trained`, by KID."""

    project: Path
    info: ProjectInfo
    imported: ImportResult
    findings: Sequence[Finding]
    chain: Chain
    instant: Candidate
    trained: Candidate
    better: Candidate
    synthesis: SynthesisResult
    export: ExportResult

    def facts(self) -> dict[str, Any]:
        """The result of each stage under its name; those of Instant beside them."""
        return {
            "project": self.project,
            "import": self.imported,
            "clean": {"findings": self.findings, "excluded": self.info.excluded},
            "label": {"labels": self.info.labels, "splits": self.info.splits},
            "augment": {"chain": self.chain.to_builtins()},
            "train": self.trained.train,
            "evaluate": self.trained.evaluate,
            "instant": self.instant,
            "better": self.better.train.run,
            "synthesize": self.synthesis,
            "export": self.export,
        }

    def text(self) -> str:
        """What came out, in a few lines that end with the folder."""
        return "\n".join([_data_line(self.info), *_figure_lines(self), _export_line(self), str(self.export.dir)])


def demo(folder: Path, photos: Photos, family: str, minutes: float) -> Task[DemoResult]:
    """Make a project at `folder` and walk through all stages: real photos in, samples of the better family out.

    Instant is trained first and then `family`, for `minutes`. Closing, or an error, leaves the project with the stages
    that were finished. Raises `UserError` or `ModelError`.
    """
    with Project.create(folder) as project:
        yield _heading(tr("Import"))
        imported = yield from photos.bring_in(project)
        yield _heading(tr("Clean"))
        findings = yield from scan(project)
        apply(project, [finding for finding in findings if finding.check in UNUSABLE])
        yield from split_if_needed(project)
        set_project_chain(project, PRESETS[photos.preset])
        instant = yield from _candidate(project, "instant", None)
        trained = instant if family == "instant" else (yield from _candidate(project, family, minutes))
        better = min(instant, trained, key=lambda candidate: candidate.kid)
        yield _heading(tr("Synthesize"))
        synthesis = yield from synthesize(project, better.train.run, SAMPLES)
        yield _heading(tr("Export"))
        out = project.folder / "exports" / "demo"
        exported = yield from export(project, out, which="synthetic")
        return DemoResult(
            project=project.folder,
            info=project_info(project),
            imported=imported,
            findings=findings,
            chain=project_chain(project),
            instant=instant,
            trained=trained,
            better=better,
            synthesis=synthesis,
            export=exported,
        )


def _heading(stage: str) -> Notice:
    return Notice(f"— {stage}")


def _candidate(project: Project, family: str, minutes: float | None) -> Task[Candidate]:
    """Train a family and judge its samples."""
    title = tr(family_class(family).title)
    yield _heading(tr("Train {family}", family=title))
    trained = yield from train(project, family, minutes=minutes)
    if trained.state != "done":
        return Candidate(trained, None)
    yield _heading(tr("Evaluate {family}", family=title))
    return Candidate(trained, (yield from evaluate(project, trained.run)))


def _data_line(info: ProjectInfo) -> str:
    return tr(
        "{images} in {classes}, {excluded} set aside; {train:,} to train with, {test:,} to judge by.",
        images=trn("{n} photo", "{n} photos", info.items),
        classes=trn("{n} class", "{n} classes", len(info.labels)),
        excluded=info.excluded,
        **info.splits,
    )


def _figure_lines(result: DemoResult) -> list[str]:
    """A table of FID and KID: what was trained, Instant, and unseen real images in the samples' place."""
    judged = {_title(candidate): candidate.evaluate for candidate in (result.trained, result.instant)}
    figures = {title: evaluation.matched for title, evaluation in judged.items() if evaluation}
    floor = next(evaluation.floor for evaluation in judged.values() if evaluation)
    figures[tr("Real against real")] = floor
    width = max(map(len, figures))
    head = tr("Likeness to your images, lower is better, from {n} images each:", n=floor.n)
    rows = [f"  {title:{width}}  FID {_whole(s.fid):>5}  KID {_whole(s.kid):>5}" for title, s in figures.items()]
    return [head, *rows]


def _title(candidate: Candidate) -> str:
    title = tr(family_class(candidate.train.family).title)
    if candidate.train.family == "instant":
        return title
    return tr("{family}, {minutes:.1f} min", family=title, minutes=candidate.train.seconds / 60)


def _whole(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:,.0f}"


def _export_line(result: DemoResult) -> str:
    return tr(
        "{family} is the better by KID; {samples} of it are in this folder:",
        family=tr(family_class(result.better.train.family).title),
        samples=trn("{n} sample", "{n} samples", result.export.files),
    )
