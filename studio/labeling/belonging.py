"""What plainly belongs together, as far as the fields of the images tell: nobody has to say it for a split."""

import msgspec

from studio.project import Project
from studio.project.items import USABLE
from studio.text import tr, trn

FIELDS = ("file", "tile_of", "patient", "study", "part")
"""Fields of the import whose images are of one thing: frames, slices and pages, pieces, a patient, a part."""


def belonging_fields(project: Project) -> dict[str, int]:
    """Those of `FIELDS` that keep several usable images together, and how many groups of several each makes."""
    rows = project.db.execute(
        "SELECT key, count(*) FROM (SELECT key FROM item, json_each(item.fields)"
        f" WHERE {USABLE} AND key IN (SELECT value FROM json_each(?)) AND value != ''"
        " GROUP BY key, value HAVING count(*) > 1) GROUP BY key",
        (msgspec.json.encode(FIELDS).decode(),),
    )
    found = {row[0]: row[1] for row in rows}
    return {field: found[field] for field in FIELDS if field in found}


def in_words(found: dict[str, int]) -> str:
    """What a split keeps together of its own accord, in a sentence."""
    if not found:
        return tr("No field says what belongs together.")
    return tr("Kept together: {groups}.", groups=", ".join(_counted(*each) for each in found.items()))


def _counted(field: str, groups: int) -> str:
    from studio.importing.recognized import counted  # which needs tables of labels

    match field:
        case "file":
            return trn("the images of {n} file", "the images of {n} files", groups)
        case "tile_of":
            return trn("the pieces of {n} image", "the pieces of {n} images", groups)
        case _:
            return counted(field, groups)
