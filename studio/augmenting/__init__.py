"""Augment: a chain of changes that leave an image's meaning as it is."""

from studio.augmenting.chain import OPERATIONS, Chain, ChainError, Step, project_chain, set_project_chain
from studio.augmenting.presets import PRESETS

__all__ = ["OPERATIONS", "PRESETS", "Chain", "ChainError", "Step", "project_chain", "set_project_chain"]
