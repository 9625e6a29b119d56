"""Variants as a part of what is learned from: a new version that holds them, with where each of them is from."""

import msgspec

from models.events import Task
from studio.augmenting import project_chain
from studio.augmenting.variants import set_project_variants
from studio.errors import UserError
from studio.project import Project
from studio.project.runs import runs
from studio.project.versions import Variants, Version, find_version, keep_version
from studio.text import tr
from studio.training.dataset import open_dataset
from studio.training.freeze import DEFAULT_SIZE, check_trainable, current_version, split_if_needed


def materialize_version(project: Project, wish: Variants, size: int | None = None) -> Task[Version]:
    """Make the version that the next run at `size` px learns from, with these variants beside the training images.

    size: that of the latest run, or 64, if None; versions of other sizes will hold as many variants. Only steps that a
    generator may learn make them. Yields `Progress`. Raises `UserError` when there is nothing to learn from or vary by.
    """
    size = size or next(
        (find_version(project, run.version).normalization.size for run in reversed(runs(project))), DEFAULT_SIZE
    )
    if not project_chain(project).for_generators().active:
        raise UserError(
            tr("No step of the chain is for generators, which would paint what it changes. Add one that moves pixels.")
        )
    check_trainable(project, size)
    yield from split_if_needed(project)
    version = msgspec.structs.replace(current_version(project, size), variants=wish)
    yield from open_dataset(project, version)
    keep_version(project, version)
    set_project_variants(project, wish)
    return version
