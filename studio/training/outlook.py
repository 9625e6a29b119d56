"""What to expect of a run before it begins: by the number of images, and by a short probe of this machine."""

from collections.abc import Sequence
from time import perf_counter
from typing import cast

import msgspec
import torch

from models.data import ImageSet
from models.device import best_device
from models.events import Progress, Task
from models.families import family_class
from models.families.base import Family, SteppedFamily, SteppedSettings
from models.metrics import EfficientNetLite0Features
from models.settings import with_values
from models.settling import usable_device
from models.speed import Pace, measure_pace
from studio.evaluating.meaning import Reading
from studio.imaging.common import common_normalization
from studio.parallel import spare_cores
from studio.project import Project
from studio.project.items import USABLE, class_counts, item_ids, items_of
from studio.project.versions import version_folder
from studio.text import tr, trn
from studio.training import AUTOMATIC
from studio.training.automatic import FIRST
from studio.training.dataset import decoded
from studio.training.freeze import TRAINING, current_name
from studio.training.judging import FEATURES_FILE
from studio.training.lines import known_lines
from studio.training.planned import PlannedRun

TRIED_IMAGES = 16
FEW_IN_CLASS = 50
"""With fewer images of a class, coverage stays below .03 and the Frechet distance above 600 on solar cells."""
FEW = 1_000
UNALIGNED = 0.75
"""Part of Instant's Frechet distance below which mixtures of two images say that images are not aligned: it was 0.59
and 0.67 on crops at random places of solar cells and of tissue, 0.85 on whole solar cells."""
SHARE_FOR_STEPS = 0.85
"""Of the minutes, what judgements, sample sheets and checkpoints leave."""


class Outlook(msgspec.Struct, frozen=True):
    """What a probe found. preparing: seconds until the first step. pace: None for a family that is fitted at once."""

    planned: PlannedRun
    preparing: float
    pace: Pace | None

    @property
    def steps(self) -> int | None:
        """How many fit into the minutes."""
        if self.pace is None or self.planned.plan.minutes is None:
            return None
        return int(SHARE_FOR_STEPS * 60 * self.planned.plan.minutes / self.pace.seconds_per_step)


def probe(project: Project, planned: PlannedRun) -> Task[Outlook]:
    """Take a few steps as the run would, and see how long its images take. Yields `Progress`; nothing is kept."""
    preparing = yield from _time_preparing(project, planned.plan.size)
    family = probed_family(planned.family)
    if not issubclass(family, SteppedFamily):
        return Outlook(planned, preparing, None)
    images = _noise(project, planned.plan.size)
    settings = cast(SteppedSettings, with_values(family.Settings(), planned.plan.settings))
    candidate = family(settings, images.shape, images.class_count)
    device = yield from usable_device(candidate, images, best_device())
    pace = yield from measure_pace(candidate, images, 60 * (planned.plan.minutes or 1), device)
    return Outlook(planned, preparing, pace)


def probed_family(name: str) -> type[Family]:
    """The family whose pace stands for a choice: of Automatic's candidates the first."""
    return family_class(FIRST if name == AUTOMATIC else name)


def expectations(project: Project, planned: PlannedRun, outlook: Outlook | None) -> list[Reading]:
    """What such a run may come to, as frankly as it can be said; without a probe, by the images alone."""
    counts = class_counts(project, f"{USABLE} AND {TRAINING}")
    told = [_by_number(counts), _by_alignment(project, planned), _by_memory(outlook), _by_steps(outlook)]
    return [reading for reading in told if reading is not None]


def _by_number(counts: dict[str | None, int]) -> Reading:
    total = sum(counts.values())
    n = f"{total:,}"
    if total < FEW_IN_CLASS:
        return Reading("images", "warn", trn("{n} image: expect a preview.", "{n} images: expect a preview.", total))
    name = min(counts, key=counts.__getitem__)
    if None not in counts and counts[name] < FEW_IN_CLASS:
        sentence = trn(
            "{n} image of “{label}”: expect a preview of that class. More of them help most.",
            "{n} images of “{label}”: expect a preview of that class. More of them help most.",
            counts[name],
            label=name,
        )
        return Reading("images", "warn", sentence)
    if total < FEW:
        return Reading("images", "unknown", tr("{n} images: expect variations of what you have.", n=n))
    return Reading("images", "good", tr("{n} images: enough to learn how they vary. Rare kinds stay rare.", n=n))


def _by_alignment(project: Project, planned: PlannedRun) -> Reading | None:
    """Whether halves of two images laid over each other come much closer to real ones than Instant does."""
    lines = known_lines(project, current_name(project, planned.plan.size))
    if lines is None or not {"fid"} <= lines.instant.keys() & lines.mix.keys():
        return None
    if lines.mix["fid"] > UNALIGNED * lines.instant["fid"]:
        return None
    sentence = tr(
        "Your images are not aligned: two of them mixed come closer to real ones than Instant does. Instant will blur;"
        " a family that sees shapes, such as DCGAN, suits them better."
    )
    return Reading("alignment", "warn", sentence)


def _by_memory(outlook: Outlook | None) -> Reading | None:
    """Whether a step has to take fewer images than were asked for."""
    if outlook is None or outlook.pace is None or outlook.pace.batch == outlook.pace.wanted:
        return None
    sentence = tr(
        "The memory does not hold {wanted} images a step: {n} are taken, which learns a little less steadily. Close"
        " other programs, or choose a smaller size.",
        wanted=outlook.pace.wanted,
        n=outlook.pace.batch,
    )
    return Reading("memory", "warn", sentence)


def _by_steps(outlook: Outlook | None) -> Reading | None:
    if outlook is None or outlook.steps is None:
        return None
    family, n = probed_family(outlook.planned.family), _roughly(outlook.steps)
    assert issubclass(family, SteppedFamily)
    if outlook.steps >= family.enough_steps:
        return Reading("steps", "good", tr("About {n} steps fit: enough for {family}.", n=n, family=tr(family.title)))
    sentence = tr(
        "Only about {n} steps fit, and {family} needs {enough:,}: give it more minutes or a smaller size, or use"
        " Instant.",
        n=n,
        family=tr(family.title),
        enough=family.enough_steps,
    )
    return Reading("steps", "warn", sentence)


def _roughly(number: int) -> str:
    """With two digits that count: a probe knows no more."""
    places = max(0, len(str(number)) - 2)
    return f"{round(number, -places):,}"


def _time_preparing(project: Project, size: int) -> Task[float]:
    """Seconds that reading the images and looking at them will take, where that was not done before."""
    folder = version_folder(project, current_name(project, size))
    ids = item_ids(project, USABLE)
    seconds = 0.0
    if not (folder / "train.npy").is_file():
        yield Progress(0, 2, tr("Reading a few images"))
        tried = ids[:: max(1, len(ids) // TRIED_IMAGES)][:TRIED_IMAGES]
        seconds += _seconds_to_read(project, size, tried) * len(ids)
    if not (folder / FEATURES_FILE).is_file():
        yield Progress(1, 2, tr("Looking at a few images"))
        seconds += _seconds_to_look() * len(ids)
    return seconds


def _seconds_to_read(project: Project, size: int, tried: Sequence[int]) -> float:
    """Of each image, read several at a time."""
    started = perf_counter()
    for _ in decoded(common_normalization(project, size), ((item, item.sha256) for item in items_of(project, tried))):
        pass
    return (perf_counter() - started) / max(1, len(tried))


def _seconds_to_look() -> float:
    """Of each image, after a first batch that warms up."""
    extractor = EfficientNetLite0Features()
    images = torch.zeros(TRIED_IMAGES, 1, extractor.size, extractor.size, dtype=torch.uint8)
    extractor(images)
    started = perf_counter()
    extractor(images)
    return (perf_counter() - started) / TRIED_IMAGES


def _noise(project: Project, size: int) -> ImageSet:
    """Something of the images' shape and number of classes: how long a step takes does not depend on what they show."""
    channels = 1 if common_normalization(project, size).mode == "gray" else 3
    names = tuple(sorted(name for name in class_counts(project, f"{USABLE} AND {TRAINING}") if name))
    random = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (max(64, len(names)), channels, size, size), generator=random, dtype=torch.uint8)
    return ImageSet(images, torch.arange(len(images)) % max(1, len(names)), names)


def machine(outlook: Outlook | None = None) -> str:
    """What networks learn on, in words; after a probe, what has turned out to be able to."""
    kind = best_device().type if outlook is None or outlook.pace is None else outlook.pace.device
    if kind == "cuda":
        return torch.cuda.get_device_name()
    if kind == "mps":
        return tr("graphics processor of this Mac")
    cores = spare_cores()
    return trn(
        "processor, {n} core; one more is left to the window", "processor, {n} cores; one is left to the window", cores
    )
