"""How long a usefulness test will take on this machine, from a second of trying."""

from collections import Counter
from time import perf_counter

import torch

from models.events import finish
from models.metrics import EfficientNetLite0Features
from models.sampler import load_sampler
from studio.augmenting import project_chain
from studio.evaluating.comparison import FEWEST, added_for
from studio.evaluating.usefulness import TRIALS
from studio.project import Project
from studio.project.runs import find_run
from studio.project.versions import find_version
from studio.synthesizing.synthesize import best_moment

TRIED = 32
USUAL_PACE = 90.0
"""Images a second that the extractor looks at where the next was measured."""
SECONDS_A_ROW = 0.0002
"""Of teaching a classifier, for each image that it learns from."""


def forecast(project: Project, run: str) -> float | None:
    """Seconds that a test with the samples of a run will take; None where there is nothing to compare.

    Features of the real images are taken for known, as they are once a run was judged. Raises as `usefulness` does.
    """
    version = find_version(project, find_run(project, run).version)
    counts = Counter(member.label for member in version.train if member.label is not None)
    largest = [n for n in counts.values() if n >= FEWEST]
    kinds = bool(project_chain(project).active) + bool(version.classes)
    if len(largest) < 2 or not kinds:
        return None
    added = len(largest) * added_for(max(largest), len(largest))
    look = _seconds_to_look(version.channels, version.normalization.size)
    making = added * _seconds_to_make(project, run) if version.classes else 0.0
    rows = sum(largest) * (1, 2, 4)[kinds] + added * (0, 1, 4)[kinds]
    return kinds * added * look + making + TRIALS * rows * SECONDS_A_ROW * look * USUAL_PACE


def _seconds_to_look(channels: int, size: int) -> float:
    extractor = EfficientNetLite0Features()
    images = torch.zeros(TRIED, channels, size, size, dtype=torch.uint8)
    finish(extractor.extract(images[:1]))
    started = perf_counter()
    finish(extractor.extract(images))
    return (perf_counter() - started) / TRIED


def _seconds_to_make(project: Project, run: str) -> float:
    sampler = load_sampler(best_moment(project, find_run(project, run)))
    started = perf_counter()
    sampler.sample(range(TRIED), [0] * TRIED, 0)
    return (perf_counter() - started) / TRIED
