"""What a project's images have in common: gray or color, and the range of brightness of deep ones."""

from msgspec.structs import replace

from studio.imaging.image import Range
from studio.imaging.normalize import Normalization
from studio.imaging.preparation import Preparation, preparation
from studio.project import Project
from studio.project.items import USABLE

COLORLESS = 2.5
"""Difference between channels, of 255, up to which an RGB image is gray: JPEG rounds."""


def common_normalization(project: Project, size: int) -> Normalization:
    """How a project's usable images are made alike at `size` px, as its preparation asks."""
    return prepared_as(preparation(project), usual_normalization(project, size))


def usual_normalization(project: Project, size: int) -> Normalization:
    """How they are made alike where nothing is set."""
    return Normalization(size=size, mode="gray" if is_gray(project) else "rgb", window=common_window(project))


def prepared_as(prepared: Preparation, usual: Normalization) -> Normalization:
    """A project's usual normalization with what was set; what does not count stays as usual, so that versions agree."""
    mode = usual.mode if prepared.color == "automatic" else prepared.color
    chosen = replace(usual, mode=mode, fit=prepared.fit, brightness=prepared.brightness, invert=prepared.invert)
    match prepared.brightness:
        case "each image's own":
            return replace(chosen, window=None, percentiles=prepared.percentiles)
        case "one for all":
            return replace(chosen, window=prepared.window)
        case _:
            return chosen


def is_gray(project: Project) -> bool:
    """Whether no usable image has color; many gray images are saved with three channels."""
    colored = project.db.execute(
        "SELECT EXISTS (SELECT 1 FROM item INDEXED BY item_colored LEFT JOIN score ON item_id = id AND name = 'color'"
        f" WHERE {USABLE} AND channels > 2 AND (depth > 8 OR coalesce(value, 255) > ?))",
        (COLORLESS,),
    ).fetchone()[0]
    return not colored


def common_window(project: Project) -> Range | None:
    """The values of black and white over all usable images deeper than 8 bits; None when there are none.

    Cameras of 10 to 14 bits write files of 16, which would be nearly black at their full range.
    """
    black, white = _extreme(project, "black", "ASC"), _extreme(project, "white", "DESC")
    return None if black is None or white is None or white <= black else (black, white)


def _extreme(project: Project, name: str, direction: str) -> float | None:
    """The first of a score's values over all usable images, found by its index."""
    row = project.db.execute(
        "SELECT value FROM score JOIN item ON item.id = item_id"
        f" WHERE name = ? AND {USABLE} ORDER BY value {direction} LIMIT 1",
        (name,),
    ).fetchone()
    return None if row is None else row["value"]
