"""What a run would learn from now: the project's usable images as a version."""

from contextlib import suppress
from typing import Any

from models.events import Task
from studio.augmenting import project_chain
from studio.augmenting.variants import project_variants
from studio.errors import UserError
from studio.imaging.common import common_normalization
from studio.labeling import SplitRecipe, split_as
from studio.labeling.grouping import BELONGING, RELATIVES
from studio.labeling.split import GroupsTooLarge
from studio.project import Project
from studio.project.edits import Edit
from studio.project.items import USABLE, class_counts, count
from studio.project.versions import Member, Version, side_text, version_name
from studio.text import tr, trn

SIZES = tuple(range(16, 257, 16))
"""Sides of the square images that generators learn, in pixels."""
DEFAULT_SIZE = 64
TEST_SHARE = 0.2
FEWEST = 2
TRAINING = "coalesce(split, 'train') = 'train'"
"""SQL condition of the images that are learned from; those that were never split are among them."""
VALIDATION, TEST = "split = 'validation'", "split = 'test'"


def check_trainable(project: Project, size: int = DEFAULT_SIZE) -> None:
    """Raises `UserError` when a run at `size` px cannot begin."""
    usable = count(project, USABLE)
    if usable < FEWEST:
        raise UserError(
            trn(
                "A generator needs at least 2 images to learn from, and there is {n}: import more, or exclude fewer.",
                "A generator needs at least 2 images to learn from, and there are {n}: import more, or exclude fewer.",
                usable,
            )
        )
    if size not in SIZES:
        raise UserError(
            tr(
                "Images of {size} px cannot be learned. Choose a multiple of 16 from {low} to {high}.",
                size=size,
                low=SIZES[0],
                high=SIZES[-1],
            )
        )
    if count(project, f"{USABLE} AND {TRAINING}") < FEWEST:
        raise UserError(
            tr("Nearly all images are held out of training. Leave at least 2 for it: split again in Label.")
        )


def split_if_needed(project: Project) -> Task[Edit | None]:
    """Hold out a fifth of the images, class by class, where nobody has split them yet; undoable.

    Images that belong together, by their pixels or by a field that says so, stay on one side, where that leaves
    images on both. Yields `Progress`.
    """
    if count(project, f"{USABLE} AND split IS NOT NULL"):
        return None
    for by in ((BELONGING, RELATIVES), (BELONGING,)):
        with suppress(GroupsTooLarge):
            return (yield from split_as(project, SplitRecipe(TEST_SHARE, by=by)))
    return (yield from split_as(project, SplitRecipe(TEST_SHARE, by=())))


def current_version(project: Project, size: int, use_unlabeled: bool = False) -> Version:
    """The version that a run at `size` px sees now. Images that came after the split are training images.

    use_unlabeled: keep the classes where some images have none, for a family that learns from these too.
    """
    return Version(
        normalization=common_normalization(project, size),
        chain=_chain(project),
        classes=_classes(project, use_unlabeled),
        train=_members(project, TRAINING),
        test=_members(project, TEST),
        validation=_members(project, VALIDATION),
        variants=project_variants(project),
    )


def current_name(project: Project, size: int) -> str:
    """The name of `current_version`, without its members: windows ask for it at every change."""
    sides = [side_text(project, condition) for condition in (TRAINING, VALIDATION, TEST)]
    normalization, variants = common_normalization(project, size), project_variants(project)
    return version_name(normalization, _chain(project), _classes(project), sides, variants)


def _chain(project: Project) -> dict[str, Any]:
    return project_chain(project).for_generators().to_builtins()


def _classes(project: Project, use_unlabeled: bool = False) -> tuple[str, ...]:
    counts = class_counts(project, f"{USABLE} AND {TRAINING}")
    if counts.get(None) and not use_unlabeled:
        return ()
    return tuple(name for name, number in counts.items() if name and number)


def _members(project: Project, condition: str) -> tuple[Member, ...]:
    """The usable images on one side, read without the rest of their rows."""
    rows = project.db.execute(
        "SELECT item.id, sha256, class.name, part, masked FROM item LEFT JOIN class ON class.id = class_id"
        f" WHERE {USABLE} AND {condition} ORDER BY item.id"
    )
    return tuple(Member(*row) for row in rows)
