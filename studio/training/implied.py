"""Settings of a family that follow from what the user said of the images."""

from typing import Any

import msgspec

from models.families import family_class
from models.settings import with_values
from studio.augmenting.invariances import project_meaning
from studio.project import Project


def usual_settings(project: Project, family: str) -> msgspec.Struct:
    """A family's settings on a project where nothing else is asked for: its defaults, but for what the answers allow.

    Brightness and color are only varied where someone said that neither carries meaning.
    """
    settings = family_class(family).Settings()
    meaning = project_meaning(project)
    allowed: dict[str, Any] = {}
    if hasattr(settings, "color_varies") and meaning is not None:
        allowed["color_varies"] = not (meaning.brightness or meaning.color)
    return with_values(settings, allowed)
