"""Augment: a chain of changes that leave an image's meaning as it is."""

from studio.augmenting.chain import Applied, Chain
from studio.augmenting.chain_file import ChainError
from studio.augmenting.operation import CATEGORIES, Defect
from studio.augmenting.operations import OPERATIONS
from studio.augmenting.presets import PRESETS
from studio.augmenting.project_chain import project_chain, set_project_chain
from studio.augmenting.steps import Group, Step

__all__ = [
    "CATEGORIES",
    "OPERATIONS",
    "PRESETS",
    "Applied",
    "Chain",
    "ChainError",
    "Defect",
    "Group",
    "Step",
    "project_chain",
    "set_project_chain",
]
