"""Does it help? The same classifier learned from the real images alone, and with augmented or synthetic ones added.

It is logistic regression on the features that the other figures of an evaluation are made of; see `models.usefulness`
for what makes the comparison fair. Judged is by the held-out images of the version alone: nothing added is among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from models import usefulness as core
from models.atomic import write_atomically
from models.events import Event, Progress, Result, Task
from models.metrics import Judge
from models.metrics.classification import FIGURES
from models.sampler import Sampler, load_sampler
from models.usefulness import Examples, Gain, View
from studio.augmenting import Chain
from studio.evaluating.comparison import Comparison, Setup, Side, compare
from studio.evaluating.trial_store import TrialStore, store_folder
from studio.labeling.classifier import assign_folds
from studio.project import Project
from studio.project.runs import find_run
from studio.synthesizing.synthesize import best_moment
from studio.text import tr
from studio.training.dataset import Dataset, open_dataset
from studio.training.judging import open_judge

TRIALS = 10
SEED = 2_027
"""Other samples than those of an evaluation."""
BATCH = 256
REPORT = "report.json"


class TrialDone(Event, frozen=True):
    """A trial is finished and kept: what each arm of it scored in the figure that counts."""

    number: int
    figure: str
    values: dict[str, float]


class Arm(msgspec.Struct, frozen=True):
    """What a way of learning scored on the held-out images.

    figures: means over all trials, by name of `FIGURES`, each 0..1. by_trial: the figure that counts, trial by trial.
    gains: of each figure, how much higher than with real images alone; empty for real images alone.
    """

    name: str
    figures: dict[str, float]
    by_trial: tuple[float, ...]
    gains: dict[str, Gain]


class Usefulness(msgspec.Struct, frozen=True):
    """What came of a test. `figure` is the one that counts: "auroc" of two classes, of more "balanced_accuracy"."""

    comparison: Comparison
    created: str
    extractor: str
    figure: str
    arms: tuple[Arm, ...]


def usefulness(project: Project, run: str | None = None, trials: int = TRIALS) -> Task[Usefulness]:
    """Try whether the project's augmentation chain and the samples of a run help a classifier.

    Yields `Progress`, and `TrialDone` after each trial. Closing keeps the finished trials; the next test of the same
    goes on after them. Raises `UserError` or `ModelError`.
    """
    setup = yield from compare(project, run)
    store = TrialStore(folder := store_folder(project, run), setup.comparison)
    dataset = yield from open_dataset(project, setup.version)
    judge = yield from open_judge(project, setup.version, dataset)
    extras = store.extras()
    if extras is None:
        extras = yield from _add(project, setup, dataset, judge)
        store.keep_extras(extras)
    done: list[dict[str, Tensor]] = []
    labels = torch.from_numpy(setup.test.labels)
    work = _Work(setup, judge, extras)
    figure = figure_of(setup.comparison)
    for number in range(trials):
        trial = store.trial(number)
        if trial is None:
            trial = yield from work.trial(number, trials)
            store.keep_trial(number, trial)
        done.append(trial)
        yield TrialDone(number, figure, {arm: _once(figure, trial[arm], labels) for arm in trial})
    report = yield from _report(setup, judge.extractor.name, done)
    write_atomically(folder / REPORT, msgspec.json.encode(report))
    return report


def kept_usefulness(project: Project, run: str | None = None) -> Usefulness | None:
    """What came of the newest finished test with the samples of a run (None: with the chain alone)."""
    path = store_folder(project, run) / REPORT
    return msgspec.json.decode(path.read_bytes(), type=Usefulness) if path.is_file() else None


def figure_of(comparison: Comparison) -> str:
    """The figure that counts."""
    return "auroc" if len(comparison.classes) == 2 else "balanced_accuracy"


class _Work:
    """The examples of all trials, seen as the classifier sees them."""

    def __init__(self, setup: Setup, judge: Judge, extras: Mapping[str, Tensor]) -> None:
        self._arms = setup.comparison.arms
        self._train = setup.train
        rows = judge.train[setup.train.indices]
        view = View.of(rows)
        classes = len(setup.comparison.classes)
        labels = torch.from_numpy(setup.train.labels)
        self._real = Examples(view(rows), one_hot(labels, classes).to(torch.float32))
        self._unseen = view(judge.held_out[setup.test.indices])
        self._extras = {
            kind: Examples(view(extras[kind]), extras[f"{kind}_targets"], extras.get(f"{kind}_sources"))
            for kind in self._arms
            if kind in extras
        }

    def trial(self, number: int, trials: int) -> Task[dict[str, Tensor]]:
        """The probabilities of the held-out images in each arm; yields `Progress`."""
        random = np.random.default_rng(number)
        aside = torch.from_numpy(assign_folds(self._train.labels, self._train.groups.tolist(), random) == 0)
        found = {}
        for done, (arm, kinds) in enumerate(self._arms.items(), number * len(self._arms)):
            teaching = core.trial(self._real, [self._extras[kind] for kind in kinds], aside, self._unseen)
            so_far = Progress(done, trials * len(self._arms), tr("Teaching classifiers"))
            found[arm] = yield from _told_as(so_far, teaching)
        return found


def _add(project: Project, setup: Setup, dataset: Dataset, judge: Judge) -> Task[dict[str, Tensor]]:
    """Features, soft labels, and where there are any, sources of all images that are added."""
    found: dict[str, Tensor] = {}
    if setup.comparison.chain is not None:
        chain = Chain.from_builtins(setup.comparison.chain)
        sources = _balanced(setup.train, setup.comparison)
        images, targets = yield from _augmented(chain, dataset.originals.images, setup, sources)
        features = yield from judge.extractor.extract(images, tr("Looking at augmented images"))
        found |= {"augmented": features, "augmented_targets": targets, "augmented_sources": sources}
    if setup.comparison.run is not None:
        sampler = load_sampler(best_moment(project, find_run(project, setup.comparison.run)))
        images, targets = yield from _synthetic(sampler, setup.comparison)
        features = yield from judge.extractor.extract(images, tr("Looking at synthetic images"))
        found |= {"synthetic": features, "synthetic_targets": targets}
    return found


def _balanced(train: Side, comparison: Comparison) -> Tensor:
    """Places in the training side, `added` of each class, all of a class equally often (to one)."""
    places = [np.flatnonzero(train.labels == number) for number in range(len(comparison.classes))]
    return torch.from_numpy(np.concatenate([np.resize(each, comparison.added) for each in places]))


def _augmented(chain: Chain, images: Tensor, setup: Setup, sources: Tensor) -> Task[tuple[Tensor, Tensor]]:
    """A variant of each of the sources, uint8 (n, C, H, W), and its soft label."""
    targets = one_hot(torch.from_numpy(setup.train.labels)[sources], len(setup.comparison.classes)).to(torch.float32)
    indices = torch.from_numpy(setup.train.indices)[sources]
    # Mixing needs classes side by side.
    order = torch.randperm(len(indices), generator=torch.Generator().manual_seed(SEED))
    made, mixed = torch.empty(len(indices), *images.shape[1:], dtype=torch.uint8), torch.empty_like(targets)
    for batch in order.split(BATCH):
        pixels = images[indices[batch]].permute(0, 2, 3, 1).contiguous().numpy()
        varied, soft = chain.batch_with_labels(pixels, targets[batch].numpy(), SEED + int(batch[0]))
        made[batch], mixed[batch] = torch.from_numpy(varied).permute(0, 3, 1, 2), torch.from_numpy(soft)
        yield Progress(0, 0, tr("Augmenting images"))
    return made, mixed


def _synthetic(sampler: Sampler, comparison: Comparison) -> Task[tuple[Tensor, Tensor]]:
    """Samples of all classes, uint8 (n, C, H, W), and their labels."""
    names = [name for name in comparison.classes for _ in range(comparison.added)]
    batches: list[np.ndarray] = []
    for batch in _batches(sampler, names):
        batches.append(batch)
        yield Progress(sum(map(len, batches)), len(names), tr("Making samples"))
    labels = torch.arange(len(comparison.classes)).repeat_interleave(comparison.added)
    images = torch.from_numpy(np.concatenate(batches)).permute(0, 3, 1, 2).contiguous()
    return images, one_hot(labels).to(torch.float32)


def _batches(sampler: Sampler, names: Sequence[str]) -> Iterator[np.ndarray]:
    return sampler.batches(range(len(names)), [sampler.class_names.index(name) for name in names], SEED)


def _told_as(progress: Progress, task: Task[Result]) -> Task[Result]:
    """A task that says how far the whole work is in place of what it says itself."""
    try:
        while True:
            next(task)
            yield progress
    except StopIteration as stop:
        return stop.value


def _once(figure: str, probabilities: Tensor, labels: Tensor) -> float:
    """A figure of one trial, (n, C), on the held-out images as they are."""
    return float(FIGURES[figure](probabilities[None], labels, _as_they_are(labels)))


def _as_they_are(labels: Tensor) -> Tensor:
    return torch.ones(1, len(labels), dtype=torch.float64)


def _report(setup: Setup, extractor: str, trials: Sequence[Mapping[str, Tensor]]) -> Task[Usefulness]:
    labels, groups = torch.from_numpy(setup.test.labels), torch.from_numpy(setup.test.groups)
    arms = {arm: torch.stack([trial[arm] for trial in trials]) for arm in setup.comparison.arms}
    others = {arm: probabilities for arm, probabilities in arms.items() if arm != "real"}
    counting = figure_of(setup.comparison)
    names = [name for name in FIGURES if name != "auroc" or counting == "auroc"]
    gains: dict[str, dict[str, Gain]] = {}
    for done, name in enumerate(names):
        resampling = core.gains(FIGURES[name], arms["real"], others, labels, groups)
        gains[name] = yield from _told_as(Progress(done, len(names), tr("Weighing the difference")), resampling)
    return Usefulness(
        comparison=setup.comparison,
        created=datetime.now(UTC).isoformat(),
        extractor=extractor,
        figure=counting,
        arms=tuple(
            Arm(
                name=arm,
                figures={name: float(_all(name, found, labels).mean()) for name in names},
                by_trial=tuple(_all(counting, found, labels).tolist()),
                gains={name: gains[name][arm] for name in names if arm in gains[name]},
            )
            for arm, found in arms.items()
        ),
    )


def _all(figure: str, probabilities: Tensor, labels: Tensor) -> Tensor:
    """A figure of each trial, float64 (S,)."""
    return FIGURES[figure](probabilities, labels, _as_they_are(labels))[:, 0]
