"""How often what a project knows has changed, by kind: what was made of it can tell whether it is still true."""

from collections.abc import Iterable
from typing import Literal

from studio.project.store import Project

Kind = Literal["images", "rejections", "labels", "split", "excluded", "returned", "masked"]
"""Real images that came, came again with another content, or lie elsewhere; files that could not be imported; classes
of images; sides of the split; images set aside; images that are no longer set aside; what is
masked of images."""


def revisions(project: Project, kinds: Iterable[Kind]) -> dict[Kind, int]:
    """The number of changes by kind, as the project's triggers count: it only grows, also when something is undone."""
    counts = dict(project.db.execute("SELECT kind, n FROM revision").fetchall())
    return {kind: counts.get(kind, 0) for kind in kinds}
