"""Many images read from the project with a chance to cancel now and then."""

from collections.abc import Sequence

from models.events import Progress, Task
from studio.project import Project
from studio.project.items import Item, items_in_turn
from studio.text import tr

READ = 2000
"""Images that are read between two chances to cancel."""


def listed(project: Project, ids: Sequence[int]) -> Task[list[Item]]:
    """The items of these ids, in their order. Yields `Progress`."""
    found: list[Item] = []
    for each in items_in_turn(project, ids):
        if found and len(found) % READ == 0:
            yield Progress(len(found), len(ids), tr("Reading the images"))
        found.append(each)
    return found
