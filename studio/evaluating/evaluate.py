"""Evaluating a run: its samples against the images it learned from, beside what unseen real images score."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
import numpy as np
import torch
from torch import Tensor

from models.atomic import write_atomically
from models.events import Progress, Task
from models.metrics import Assessment, Honesty, Judge, Scores
from models.sampler import Sampler, load_sampler
from studio.errors import UserError
from studio.evaluating.by_class import ClassFigures, judge_classes
from studio.evaluating.meaning import Reading, readings
from studio.project import Project
from studio.project.runs import find_run, run_folder
from studio.project.versions import Version, find_version
from studio.synthesizing.synthesize import best_moment, share_out
from studio.text import tr
from studio.training.dataset import Dataset, open_dataset
from studio.training.judging import open_judge
from studio.training.lines import instant_line

SEED = 2_026
"""Other samples than those that were judged during training."""
SUSPECTS = 8
SUSPECTS_FILE = "suspects.npy"


class Suspect(msgspec.Struct, frozen=True):
    """A sample and the real image it is most like: `item` of the project, and how far apart they are, in units of the
    median distance between an unseen real image and the training images; None where that is unknown."""

    index: int
    label: str | None
    item: int
    distance: float | None


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What the samples of a run scored; see `models.metrics.Scores` for the figures.

    floor: the same figures of held-out real images in the samples' place; it has its own `n`.
    margins: how far from the floor, by figure, as many other unseen images would score by chance.
    matched: the samples' figures from only as many of them as the floor could have; what to compare with it.
    honesty: whether samples are copies or blends of training images; None where there are too few images to say.
    classes: the figures of each class with enough images.
    suspects: the samples that are most like a training image, the most alike first.
    """

    run: str
    checkpoint: str
    created: str
    n: int
    extractor: str
    fid: float | None
    kid: float | None
    precision: float | None
    recall: float | None
    coverage: float | None
    ssim: float | None
    nearest: float | None
    copies: float | None
    floor: Scores
    margins: dict[str, float]
    matched: Scores
    honesty: Honesty | None
    classes: tuple[ClassFigures, ...]
    suspects: tuple[Suspect, ...]


def evaluate(project: Project, run: str, n: int = 1000) -> Task[Evaluation]:
    """Judge `n` samples of the best checkpoint of a run; the result is kept with the project.

    Yields `Progress`; closing leaves nothing. Raises `UserError` or `ModelError`.
    """
    if n < 2:
        raise UserError(tr("An evaluation needs at least 2 samples."))
    found = find_run(project, run)
    source = best_moment(project, found)
    version = find_version(project, found.version)
    dataset = yield from open_dataset(project, version)
    judge = yield from open_judge(project, version, dataset)
    labels = [label for label, count in share_out(project, found, n).items() for _ in range(count)]
    samples = yield from _samples(load_sampler(source), labels)
    assessment = yield from judge.assess(samples)
    floor = yield from judge.floor(n)
    margins = yield from judge.margins(n)
    matched = yield from _matched(judge, samples, assessment.scores, floor.n)
    honesty = yield from judge.honesty(samples, dataset.test.images)
    classes = yield from judge_classes(judge, version, assessment.features, labels)
    suspects = _suspects(assessment, version, labels)
    evaluation = Evaluation(
        run=run,
        checkpoint=source.stem,
        created=datetime.now(UTC).isoformat(),
        **msgspec.structs.asdict(assessment.scores),
        floor=floor,
        margins=margins,
        matched=matched,
        honesty=honesty,
        classes=classes,
        suspects=tuple(suspects),
    )
    _keep(project, evaluation, _pairs(assessment, suspects, samples, dataset))
    return evaluation


def evaluations(project: Project) -> list[Evaluation]:
    """All evaluations, oldest first."""
    rows = project.db.execute("SELECT result FROM evaluation ORDER BY id")
    return [msgspec.json.decode(row["result"], type=Evaluation) for row in rows]


def explained(project: Project, found: Evaluation) -> tuple[list[Reading], Mapping[str, float]]:
    """What the figures of an evaluation mean, and Instant's that they are read beside; none of those for Instant."""
    run = find_run(project, found.run)
    instant = {} if run.family == "instant" else instant_line(project, run.version)
    figures, floor = msgspec.structs.asdict(found.matched), msgspec.structs.asdict(found.floor)
    return readings(figures, floor, found.floor.n, instant, found.margins), instant


def suspect_pairs(project: Project, run: str) -> np.ndarray:
    """The suspects of the newest evaluation of a run beside their nearest real images: uint8 (k, 2, H, W, C)."""
    return np.load(run_folder(project, run) / SUSPECTS_FILE)


def _samples(sampler: Sampler, labels: list[str | None]) -> Task[Tensor]:
    """One sample for each label, uint8 (n, C, H, W)."""
    numbers = [0 if label is None else sampler.class_names.index(label) for label in labels]
    batches: list[np.ndarray] = []
    done = 0
    for batch in sampler.batches(range(len(numbers)), numbers, SEED):
        batches.append(batch)
        done += len(batch)
        yield Progress(done, len(numbers), tr("Making samples"))
    return torch.from_numpy(np.concatenate(batches)).permute(0, 3, 1, 2).contiguous()


def _matched(judge: Judge, samples: Tensor, scores: Scores, n: int) -> Task[Scores]:
    """The scores of `n` of the samples, spread over all classes.

    Fewer samples make most figures look worse, so the floor, from fewer real images, can only be compared with these.
    """
    if n >= len(samples) or n < 2:
        return scores
    chosen = torch.linspace(0, len(samples) - 1, n).round().to(torch.int64)
    return (yield from judge.score(samples[chosen]))


def _suspects(assessment: Assessment, version: Version, labels: list[str | None]) -> list[Suspect]:
    nearest = assessment.nearest
    if nearest.distances is None:
        return []
    suspicious = nearest.distances.argsort()[:SUSPECTS].tolist()
    return [
        Suspect(
            index=index,
            label=labels[index],
            item=version.train[int(nearest.indices[index])].item,
            distance=float(nearest.distances[index]),
        )
        for index in suspicious
    ]


def _pairs(assessment: Assessment, suspects: list[Suspect], samples: Tensor, dataset: Dataset) -> np.ndarray:
    chosen = torch.tensor([suspect.index for suspect in suspects], dtype=torch.int64)
    real = dataset.originals.images[assessment.nearest.indices[chosen]]
    return torch.stack([samples[chosen], real], 1).permute(0, 1, 3, 4, 2).numpy()


def _keep(project: Project, evaluation: Evaluation, pairs: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.save(buffer, pairs)
    write_atomically(run_folder(project, evaluation.run) / SUSPECTS_FILE, buffer.getvalue())
    with project.writing() as db:
        db.execute(
            "INSERT INTO evaluation (run, created, result) VALUES (?, ?, ?)",
            (evaluation.run, evaluation.created, msgspec.json.encode(evaluation).decode()),
        )
