"""How long a usefulness test will take on this machine, from a second of trying."""

from time import perf_counter

import torch

from models.events import finish
from models.metrics import EfficientNetLite0Features
from models.sampler import load_sampler
from studio.evaluating.comparison import added_for, outline
from studio.evaluating.usefulness import TRIALS
from studio.project import Project
from studio.project.runs import find_run
from studio.synthesizing.synthesize import best_moment

TRIED = 32
USUAL_PACE = 90.0
"""Images a second that the extractor looks at where the next was measured."""
SECONDS_A_ROW = 0.0002
"""Of teaching a classifier, for each image that it learns from."""


def forecast(project: Project, run: str) -> float:
    """Seconds that a test with the samples of a run will take.

    Features of the real images are taken for known, as they are once a run was judged. Raises as `usefulness` does.
    """
    version, chain, samples_of, learned = outline(project, run)
    real, added = sum(learned.values()), len(learned) * added_for(max(learned.values()), len(learned))
    kinds = bool(chain.active) + (samples_of is not None)
    look = _seconds_to_look(version.channels, version.normalization.size)
    make = 0.0 if samples_of is None else _seconds_to_make(project, samples_of)
    rows = 4 * (real + added) if kinds == 2 else 2 * real + added  # of all arms together
    return added * (kinds * look + make) + TRIALS * rows * SECONDS_A_ROW * look * USUAL_PACE


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
