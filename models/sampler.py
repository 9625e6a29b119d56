"""Samples from a checkpoint."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.checkpoint import Facts, fitting, read_facts, read_sampling
from models.data import ImageShape, to_bytes
from models.families.base import Family
from models.latents import draw
from models.run_config import build_family

BATCH = 32


class Sampler:
    """A family that has learned, ready to make samples. The same (seed, index, label) is the same image, always."""

    def __init__(self, family: Family, facts: Facts) -> None:
        self._family = family
        self.facts = facts

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.facts.config.classes

    @property
    def family(self) -> str:
        return self.facts.config.family

    @property
    def step(self) -> int:
        return self.facts.step

    @property
    def shape(self) -> ImageShape:
        return self._family.shape

    def sample(self, indices: Sequence[int], labels: Sequence[int], seed: int) -> np.ndarray:
        """One image for each index and label: uint8 (n, H, W, C)."""
        return np.concatenate(list(self.batches(indices, labels, seed)))

    def batches(self, indices: Sequence[int], labels: Sequence[int], seed: int) -> Iterator[np.ndarray]:
        """The same images, at most 32 at a time, so that memory stays bounded however many are wanted."""
        for start in range(0, len(indices), BATCH):
            latents = draw(seed, indices[start : start + BATCH], self._family.latent_size)
            images = sample_bytes(self._family, latents, torch.tensor(labels[start : start + BATCH]))
            yield images.permute(0, 2, 3, 1).numpy()


def sample_bytes(family: Family, latents: Tensor, labels: Tensor) -> Tensor:
    """Samples as uint8 (n, C, H, W), made in batches that are always full.

    A batch of another size lets the linear algebra round differently, which can show in a pixel: the last batch is
    therefore filled up and cut.
    """
    batches = []
    for start in range(0, len(latents), BATCH):
        rows = torch.arange(start, start + BATCH).clamp_max(len(latents) - 1)
        made = to_bytes(family.sample(latents[rows], labels[rows]))
        batches.append(made[: len(latents) - start].cpu())
    return torch.cat(batches)


def load_sampler(path: Path) -> Sampler:
    """The sampler at a checkpoint (the path of its .safetensors file). Raises `CheckpointError`."""
    facts = read_facts(path)
    family = build_family(facts.config)
    state = read_sampling(path)
    with fitting(path):
        family.load_sampling_state(state)
    return Sampler(family, facts)
