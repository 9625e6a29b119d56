"""How a split is made, from the shares to what stays together; the latest recipe is remembered."""

from collections import Counter

import msgspec

from models.events import Task
from studio.labeling.counts import side_counts
from studio.labeling.grouping import BELONGING, RELATIVES, find_groups
from studio.labeling.split import split
from studio.project import Project
from studio.project.edits import Edit

_KEY = "split"


class SplitRecipe(msgspec.Struct, frozen=True):
    """Shares of all images, 0..1; `by` is what `find_groups` takes, all of which stays together; empty: each image for
    itself."""

    test: float = 0.2
    validation: float = 0.0
    by: tuple[str, ...] = (BELONGING,)
    seed: int = 0

    def with_relatives(self) -> "SplitRecipe":
        return self if RELATIVES in self.by else msgspec.structs.replace(self, by=(*self.by, RELATIVES))


def split_as(project: Project, recipe: SplitRecipe, thaw: bool = False) -> Task[Edit | None]:
    """Split by a recipe, as `studio.labeling.split.split`, and remember it. Yields `Progress`."""
    groups = (yield from find_groups(project, *recipe.by)) if recipe.by else {}
    with project.writing():
        made = split(
            project, recipe.test, validation=recipe.validation, groups=groups or None, seed=recipe.seed, thaw=thaw
        )
        project.set_setting(_KEY, msgspec.to_builtins(recipe))
    return made


def kept_recipe(project: Project) -> SplitRecipe | None:
    """The recipe of the latest split; None where none was made here."""
    kept = project.setting(_KEY)
    return None if kept is None else msgspec.convert(kept, SplitRecipe)


def latest_recipe(project: Project) -> SplitRecipe:
    """The recipe of the latest split; for one that was imported, its shares."""
    kept = kept_recipe(project)
    if kept is not None:
        return kept
    totals = Counter[str]()
    for sides in side_counts(project).values():
        totals.update(sides)
    if not totals["test"] + totals["validation"]:
        return SplitRecipe()
    return SplitRecipe(totals["test"] / totals.total(), totals["validation"] / totals.total())
