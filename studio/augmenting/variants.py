"""How many variants of which image are wanted, in files or in what training learns from."""

from collections import Counter
from collections.abc import Collection, Sequence

import msgspec

from studio.project import Project
from studio.project.edits import edit_setting
from studio.project.versions import Variants

_PROJECT_KEY = "variants"


def variant_counts(labels: Sequence[str], per_image: int, balance: bool) -> list[int]:
    """How many variants each image gets; balanced, the images of a class share what the largest class gets in all."""
    if not balance:
        return [per_image] * len(labels)
    sizes = Counter(labels)
    goal = per_image * max(sizes.values())
    seen: Counter[str] = Counter()
    counts = []
    for label in labels:
        each, left = divmod(goal, sizes[label])
        counts.append(each + (seen[label] < left))
        seen[label] += 1
    return counts


def variant_total(sizes: Collection[int], per_image: int, balance: bool) -> int:
    """The sum of `variant_counts` for classes of these sizes."""
    if not sizes:
        return 0
    return per_image * (max(sizes) * len(sizes) if balance else sum(sizes))


def project_variants(project: Project) -> Variants | None:
    """Which variants the next versions of a project hold; None leaves that to the training."""
    content = project.setting(_PROJECT_KEY)
    return None if content is None else msgspec.convert(content, Variants)


def set_project_variants(project: Project, variants: Variants | None) -> None:
    """Keep the wish with the project, as an action that can be undone."""
    edit_setting(project, "chain", _PROJECT_KEY, msgspec.to_builtins(variants))
