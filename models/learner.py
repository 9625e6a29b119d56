"""A family while it learns: its weights, how far it has come, and the chance it draws on."""

import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch

from models import checkpoint
from models.data import ImageSet, to_unit
from models.data_order import GroupedOrder
from models.ema import MovingAverage
from models.events import Task
from models.families.base import Family, FittedFamily, SteppedFamily
from models.holdout import divide
from models.run_config import RunConfig, build_family
from models.state import State, adopted, changed, copied, is_finite

LARGEST_LOSS = 1e6
RECENT_STEPS = 50


class BrokeDownError(Exception):
    """A loss or a weight is no longer a sensible number."""


class Learner(ABC):
    """One family learning from one set of images. `step` and `images_seen` say how far it is.

    losses: the mean of the last 50 steps, or what a fit found, by name. breakdowns: how often it was taken back to an
    earlier moment because its numbers were no longer sensible. images_before: seen by the run that it began from.
    """

    def __init__(self, config: RunConfig, data: ImageSet) -> None:
        self.config = config
        self.data = data
        self.step = 0
        self.images_seen = 0
        self.losses: dict[str, float] = {}
        self.breakdowns = 0
        self.images_before = 0

    @property
    @abstractmethod
    def sampling_family(self) -> Family:
        """The family as samples are made with it."""

    def states(self) -> tuple[State, State]:
        """What sampling needs, and what going on needs besides. Raises `BrokeDownError` where it is no sound number."""
        sampling, resuming = self._states()
        if not (is_finite(sampling) and is_finite(resuming)):
            raise BrokeDownError
        return sampling, resuming

    def load(self, path: Path) -> checkpoint.Facts:
        """Go on from the checkpoint at `path`. Raises `CheckpointError`, after which only another `load` helps."""
        facts = checkpoint.read_facts(path)
        with checkpoint.fitting(path):
            self._load_states(path)
        self.step, self.images_seen, self.losses = facts.step, facts.images_seen, facts.losses
        self.breakdowns, self.images_before = facts.breakdowns, facts.images_before
        return facts

    @abstractmethod
    def _states(self) -> tuple[State, State]: ...

    @abstractmethod
    def _load_states(self, path: Path) -> None:
        """Take over what `states` returned from the checkpoint that keeps it."""


class FittedLearner(Learner):
    """Learns in one step."""

    def __init__(self, config: RunConfig, data: ImageSet, family: FittedFamily) -> None:
        super().__init__(config, data)
        self._family = family

    @property
    def sampling_family(self) -> Family:
        return self._family

    def fit(self) -> Task[None]:
        """The one step. Yields `Progress`."""
        self.losses = yield from self._family.fit(self.data, self.config.seed)
        self.step, self.images_seen = 1, len(self.data)

    def _states(self) -> tuple[State, State]:
        return self._family.sampling_state(), {}

    def _load_states(self, path: Path) -> None:
        self._family.load_sampling_state(checkpoint.read_sampling(path))


class SteppedLearner(Learner):
    """Learns by gradient steps; samples are made by a moving average of the networks.

    `averaged` is a second family like the first, which only its generator is taken from.
    """

    def __init__(
        self, config: RunConfig, data: ImageSet, family: SteppedFamily, averaged: SteppedFamily, device: torch.device
    ) -> None:
        super().__init__(config, data)
        self._device = device
        self._family = family.to(device)
        self._averaged = averaged.to(device)
        self._family.initialize(self._random(0))
        self._average = MovingAverage(self._family.generator, self._averaged.generator)
        learned, unseen = divide(data, family.holdout, config.seed)
        if len(unseen):
            family.unseen = ImageSet(data.images[unseen], data.labels[unseen], data.classes)
        groups = family.groups(data.labels[learned])
        self._order = GroupedOrder(config.seed, [learned[group] for group in groups])
        self._recent: deque[dict[str, float]] = deque(maxlen=RECENT_STEPS)
        self._settled_step: int | None = None

    @property
    def sampling_family(self) -> Family:
        self._settle()
        return self._averaged

    def prepare(self, start: Path | None = None) -> Task[None]:
        """What comes before the first step of a new run. Yields `Progress`.

        start: a checkpoint of another run of the family, which it begins with as far as its layers fit; where that only
        serves for sampling, with its generator alone. What is measured of the images is always measured of the new
        ones. Raises `CheckpointError`.
        """
        whole, generator = copied(self._family.state()), copied(self._family.generator.state_dict())
        yield from self._family.prepare(self.data, self.config.seed)
        self._averaged.load_sampling_state(self._family.sampling_state())
        if start is None:
            return
        measured = changed(whole, self._family.state())
        measured_for_samples = changed(generator, self._family.sampling_state())
        facts = checkpoint.read_facts(start)
        self.images_before = facts.images_before + facts.images_seen
        with checkpoint.fitting(start):
            given = adopted(self._averaged.sampling_state(), checkpoint.read_sampling(start), measured_for_samples)
            self._averaged.load_sampling_state(given)
            if checkpoint.is_whole(start):
                self._family.load_state(adopted(self._family.state(), checkpoint.read_resuming(start), measured))
                are_new = facts.config.fingerprint != self.config.fingerprint
                self._family.go_on_from_another(len(self.data), are_new)
            else:
                self._family.load_sampling_state(given)

    def take_step(self) -> dict[str, float]:
        """Learn from the next batch; returns its losses. Raises `BrokeDownError`."""
        indices = self._order.indices(self.images_seen, self._family.settings.batch)
        images = to_unit(self.data.images[indices].to(self._device))
        labels = self.data.labels[indices].to(self._device)
        self._family.set_rates(self.step + 1, 0.5**self.breakdowns)
        losses = self._family.step(images, labels, self.step + 1, self._random(self.step + 1))
        self.step += 1
        self.images_seen += len(indices)
        self._average.update(len(indices), self.images_before + self.images_seen)
        self._recent.append(_checked({name: float(loss) for name, loss in losses.items()}))
        self.losses = mean_losses(self._recent)
        return self._recent[-1]

    @property
    def is_in_trouble(self) -> bool:
        """Whether the networks no longer learn from each other, see `SteppedFamily.trouble`."""
        return self._family.trouble(self.losses) is not None

    def _settle(self) -> None:
        if self._settled_step != self.step:
            self._averaged.settle(self.data, self.config.seed)
            self._settled_step = self.step

    def _states(self) -> tuple[State, State]:
        self._settle()
        return self._averaged.sampling_state(), self._family.state()

    def _load_states(self, path: Path) -> None:
        sampling, resuming = checkpoint.read_sampling(path), checkpoint.read_resuming(path)
        self._family.load_state(resuming)
        self._averaged.load_sampling_state(sampling)
        self._recent.clear()
        self._settled_step = None

    def _random(self, step: int) -> torch.Generator:
        """The chance of one step depends on the seed and the step alone, so that no random state has to be saved."""
        return torch.Generator().manual_seed(_mix(self.config.seed, step))


def build_learner(config: RunConfig, data: ImageSet, device: torch.device) -> FittedLearner | SteppedLearner:
    """The learner of a run before its first step. Raises `CheckpointError` for an unknown family."""
    family = build_family(config)
    if isinstance(family, SteppedFamily):
        return SteppedLearner(config, data, family, cast(SteppedFamily, build_family(config)), device)
    return FittedLearner(config, data, cast(FittedFamily, family))


def mean_losses(losses: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of each loss over at least one step."""
    return {name: sum(entry[name] for entry in losses) / len(losses) for name in losses[0]}


def _checked(losses: dict[str, float]) -> dict[str, float]:
    if not all(math.isfinite(loss) and abs(loss) < LARGEST_LOSS for loss in losses.values()):
        raise BrokeDownError
    return losses


def _mix(seed: int, step: int) -> int:
    """One 64-bit seed from two numbers: the finalizer of SplitMix64 (Steele et al. 2014), so that neighbors differ."""
    word = 2**64 - 1
    mixed = (seed * 0x9E3779B97F4A7C15 + step * 0xD1B54A32D192ED03 + 0x9E3779B97F4A7C15) & word
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & word
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & word
    return mixed ^ (mixed >> 31)
