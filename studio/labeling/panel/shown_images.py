"""Which images the Label screen shows, and what it knows of them."""

from collections.abc import Sequence

import msgspec

from studio.labeling.doubts import Doubts, open_doubts
from studio.labeling.readings import disagreements, second_readings
from studio.project import Project
from studio.project.items import USABLE, item_ids

ALL, LACKING, SUGGESTED, DOUBTED, DISPUTED = "all", "lacking", "suggested", "doubted", "disputed"
MARKED, ALIKE = "marked", "alike"
CLASS = "class "
"""Before the name of a class."""
QUEUES = (DOUBTED, DISPUTED)
"""What is answered image by image, from the first."""


class Shown(msgspec.Struct, frozen=True):
    """Ids of images; the second reader's classes where tiles show them; the labels in doubt where these are shown."""

    ids: Sequence[int]
    second: dict[int, str] = {}
    doubts: Doubts | None = None


def find_shown(project: Project, which: str, is_blind: bool) -> Shown:
    """What is shown of a project; blind: by what the second reader said, who must not see the first one's labels."""
    if which == DOUBTED:
        doubts = open_doubts(project)
        return Shown([each.item for each in doubts.left], doubts=doubts)
    if which == DISPUTED:
        return Shown([each.item for each in disagreements(project)], second_readings(project))
    second = second_readings(project) if is_blind else {}
    if which == MARKED:
        rows = project.db.execute(f"SELECT id FROM item WHERE {USABLE} AND regions != '[]' ORDER BY id")
        return Shown([row[0] for row in rows], second)
    if is_blind and which != ALL:
        wanted = None if which == LACKING else which.removeprefix(CLASS)
        return Shown([item_id for item_id in item_ids(project, USABLE) if second.get(item_id) == wanted], second)
    if which.startswith(CLASS):
        return Shown(item_ids(project, f"{USABLE} AND label = ?", (which.removeprefix(CLASS),)))
    return Shown(item_ids(project, USABLE if which == ALL else f"{USABLE} AND class_id IS NULL"), second)
